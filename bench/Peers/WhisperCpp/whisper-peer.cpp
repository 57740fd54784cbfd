// whisper.cpp behind the protocol of `bench -- peers` (bench/Peers/PeerProcess.cs): the model is loaded once; then, again and again,
// a line with the number of utterances and a line for each (language, audio context or 0, call, file of raw float32 samples
// at 16 kHz, separated by tabs) are answered by a line with CPU us, peak resident KB and 0, and a line for each utterance
// (us from the request, tokens, decodings that were repeated, text).
#include "whisper.h"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <sys/resource.h>

static int repeated = 0;

// The number of repeated decodings is only to be had from the log.
static void log(ggml_log_level, const char * text, void *) {
    int p = 0, h = 0;
    const char * at = strstr(text, "fallbacks");
    if (at && sscanf(at, "fallbacks = %d p / %d h", &p, &h) == 2) repeated = p + h;
}

static rusage usage() {
    rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u;
}

static long long cpu() {
    const rusage u = usage();
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000LL + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static std::vector<float> samples(const std::string & path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    std::vector<float> x(file ? static_cast<size_t>(file.tellg()) / sizeof(float) : 0);
    file.seekg(0);
    file.read(reinterpret_cast<char *>(x.data()), static_cast<std::streamsize>(x.size() * sizeof(float)));
    return x;
}

int main(int argc, char ** argv) {
    if (argc != 2) return fprintf(stderr, "usage: whisper-peer MODEL\n"), 2;
    whisper_log_set(log, nullptr);
    whisper_context_params context = whisper_context_default_params();
    context.use_gpu = false;
    whisper_context * ctx = whisper_init_from_file_with_params(argv[1], context);
    if (!ctx) return fprintf(stderr, "error: cannot load %s\n", argv[1]), 1;
    puts("ready");
    fflush(stdout);

    std::string line;
    while (std::getline(std::cin, line)) {
        const int count = std::stoi(line);
        const long long from = cpu();
        const auto start = std::chrono::steady_clock::now();
        std::ostringstream answers;
        for (int i = 0; i < count && std::getline(std::cin, line); i++) {
            std::istringstream fields(line);
            std::string language, audio_ctx, call, path;
            std::getline(fields, language, '\t');
            std::getline(fields, audio_ctx, '\t');
            std::getline(fields, call, '\t');
            std::getline(fields, path);
            const std::vector<float> x = samples(path);
            whisper_full_params p = whisper_full_default_params(WHISPER_SAMPLING_GREEDY);
            p.n_threads = 1;
            p.language = language.c_str();
            p.audio_ctx = std::stoi(audio_ctx);
            p.print_progress = p.print_realtime = p.print_timestamps = p.print_special = false;
            const int before = repeated;
            const bool done = whisper_full(ctx, p, x.data(), static_cast<int>(x.size())) == 0;
            whisper_print_timings(ctx);
            std::string text;
            int tokens = 0;
            for (int s = 0; done && s < whisper_full_n_segments(ctx); s++) {
                text += whisper_full_get_segment_text(ctx, s);
                tokens += whisper_full_n_tokens(ctx, s);
            }
            for (char & c : text) if (c == '\n' || c == '\t') c = ' ';
            const auto us = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
            answers << us << '\t' << tokens << '\t' << repeated - before << '\t' << text << '\n';
        }
        std::cout << cpu() - from << '\t' << usage().ru_maxrss << "\t0\n" << answers.str() << std::flush;
    }
    whisper_free(ctx);
    return 0;
}
