#!/bin/sh
# Builds whisper.cpp 1.9.1 (sources inside the npm package nodejs-whisper) and the small program around it that
# `bench -- peers` talks to. Everything goes into .build beside this file, which git ignores. Needs npm, cmake and a C++ compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build="$here/.build"
mkdir -p "$build"
cd "$build"
if [ ! -f package/cpp/whisper.cpp/CMakeLists.txt ]; then
    rm -f nodejs-whisper-*.tgz
    npm pack --silent nodejs-whisper@0.3.1
    tar xzf nodejs-whisper-0.3.1.tgz
fi
grep -q 'project("whisper.cpp" VERSION 1.9.1)' package/cpp/whisper.cpp/CMakeLists.txt || { echo "error: not whisper.cpp 1.9.1" >&2; exit 1; }
cmake -S "$here" -B out -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON
cmake --build out --target whisper-peer -j "${JOBS:-2}"
echo "built $build/out/whisper-peer"
