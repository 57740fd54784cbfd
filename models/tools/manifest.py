#!/usr/bin/env python3
"""Write models/manifest.json anew: size and SHA-256 of every file of every model, inputs and outputs of every graph.

    python models/tools/manifest.py            after a model was added or changed
    python models/tools/manifest.py --check    exit code 1 when the manifest is not that of the files

What a model is for, its licence and its source are kept from the present manifest; a folder that is new gets "unknown"
there, to be filled in by hand. Standard library only.
"""
import hashlib, json, os, sys

MODELS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MANIFEST = os.path.join(MODELS, "manifest.json")
TYPES = {1: "float32", 2: "uint8", 3: "int8", 6: "int32", 7: "int64", 9: "bool", 10: "float16", 11: "float64"}


# ---------------------------------------------------------------- the little of protobuf and onnx.proto that is needed
def fields(message):
    """(field number, value) of a protobuf message: a number or the bytes of a string or message."""
    i = 0
    while i < len(message):
        key, i = varint(message, i)
        if key & 7 == 0:
            value, i = varint(message, i)
        elif key & 7 == 2:
            n, i = varint(message, i); value = message[i:i + n]; i += n
        else:
            n = 8 if key & 7 == 1 else 4; value = message[i:i + n]; i += n
        yield key >> 3, value


def varint(message, i):
    value = shift = 0
    while True:
        b = message[i]; i += 1
        value |= (b & 127) << shift; shift += 7
        if b < 128:
            return value, i


def first(message, number, default=None):
    return next((v for k, v in fields(message) if k == number), default)


def tensor(value_info):
    """onnx.ValueInfoProto -> name, type, shape"""
    t = first(first(value_info, 2), 1)                              # TypeProto.tensor_type
    shape = []
    for k, dim in fields(first(t, 2, b"")):
        number, name = first(dim, 1), first(dim, 2)
        shape.append(bytes(name).decode() if name else str(number) if number else "?")
    return dict(name=bytes(first(value_info, 1)).decode(), type=TYPES.get(first(t, 1), "other"), shape=shape)


def graph_ends(path):
    """Inputs (weights not counted) and outputs of a graph."""
    with open(path, "rb") as f:
        graph = first(memoryview(f.read()), 7)
    graph = list(fields(graph))
    weights = {bytes(v) for k, t in graph if k == 5 for n, v in fields(t) if n == 8}
    ends = lambda number: [tensor(bytes(v)) for k, v in graph if k == number]
    return [t for t in ends(11) if t["name"].encode() not in weights], ends(12)


# ---------------------------------------------------------------- the manifest
def entry(folder, name):
    path = os.path.join(folder, name)
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        for part in iter(lambda: f.read(1 << 20), b""):
            digest.update(part)
    e = dict(path=name, bytes=os.path.getsize(path), sha256=digest.hexdigest())
    if name.endswith(".onnx"):
        e["inputs"], e["outputs"] = graph_ends(path)
    return e


def text(manifest):
    """Indented, with one line per tensor."""
    lines = json.dumps(manifest, ensure_ascii=False, indent=1).split("\n")
    out, depth = [], None
    for line in lines:
        level = len(line) - len(line.lstrip())
        if depth is None:
            out.append(line)
            if level == 6 and line.strip() == "{":
                depth = level
        else:
            out[-1] += line.strip() if line.strip()[0] in "}]" else " " + line.strip()
            if level == depth:
                depth = None
    return "\n".join(out) + "\n"


def main():
    old = json.load(open(MANIFEST, encoding="utf-8"))["models"] if os.path.exists(MANIFEST) else []
    known = {m["name"]: m for m in old}
    folders = [d for d in os.listdir(MODELS) if d != "tools" and os.path.isdir(os.path.join(MODELS, d))]
    folders.sort(key=lambda d: (list(known).index(d) if d in known else len(known), d))
    models = []
    for d in folders:
        folder, m = os.path.join(MODELS, d), known.get(d, {})
        files = sorted(os.path.relpath(os.path.join(r, f), folder).replace(os.sep, "/") for r, _, fs in os.walk(folder) for f in fs)
        models.append(dict(name=d, purpose=m.get("purpose", "unknown"), licence=m.get("licence", "unknown"), source=m.get("source", "unknown"),
                           notice=m.get("notice"), files=[entry(folder, f) for f in files]))
    new = text(dict(models=models))
    if "--check" in sys.argv:
        sys.exit(0 if new == open(MANIFEST, encoding="utf-8").read() else "models/manifest.json is not that of the files")
    open(MANIFEST, "w", encoding="utf-8", newline="\n").write(new)


if __name__ == "__main__":
    main()
