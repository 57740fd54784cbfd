#!/usr/bin/env python3
"""Build the two ONNX graphs that the engine runs from Whisper weights (any size), with numpy and onnx only.

    python export_whisper.py --weights MODEL --tokenizer tokenizer.json --config config.json --out DIR
                             [--calibration calibration_base.npz] [--vocab latin|full] [--enc ...] [--dec ...] [--head ...]

MODEL is a CTranslate2 `model.bin` or a Hugging Face `model.safetensors`.  Whisper: Radford et al., 2022, "Robust
Speech Recognition via Large-Scale Weak Supervision" (MIT licence for code and weights).

Graphs (shapes: models/whisper-base/README.md): encoder.onnx: mel -> cross-attention keys and values of every decoder layer.
decoder.onnx: tokens + self-attention cache + cross keys/values -> logits, new cache rows, alignment-head weights.
"""
import argparse, json, os, struct
import numpy as np
import onnx
from onnx import TensorProto as T, helper as H, numpy_helper

MS = "com.microsoft"


# ---------------------------------------------------------------- weights: two file formats -> one set of names
def read_ct2(path):
    """CTranslate2 model.bin -> {name: float32 array}; int8 matrices are dequantised by their row scales."""
    types = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
    with open(path, "rb") as f:
        def num(fmt): return struct.unpack("<" + fmt, f.read(struct.calcsize("<" + fmt)))[0]
        def text(): return f.read(num("H")).rstrip(b"\0").decode()
        num("I"); text(); num("I")                               # format version, spec name, revision
        out = {}
        for _ in range(num("I")):
            name = text(); dims = [num("I") for _ in range(num("B"))]
            kind = num("B"); size = num("I")
            out[name] = np.frombuffer(f.read(size), types[kind]).reshape(dims)
        for _ in range(num("I")):
            alias = text(); out[alias] = out[text()]
    for k in [k for k in out if k.endswith("weight_scale")]:
        w = k[:-6]; out[w] = out[w].astype(np.float32) / out[k].astype(np.float32)[:, None]
    return out


def read_safetensors(path):
    """Hugging Face safetensors -> {name: array}. 8-byte header length, JSON header, then raw little-endian data."""
    types = {"F32": np.float32, "F16": np.float16, "I64": np.int64, "BF16": np.uint16}
    out = {}
    with open(path, "rb") as f:
        n = struct.unpack("<Q", f.read(8))[0]
        header = json.loads(f.read(n)); base = 8 + n
        for k, v in header.items():
            if k == "__metadata__":
                continue
            a, b = v["data_offsets"]; f.seek(base + a)
            x = np.frombuffer(f.read(b - a), types[v["dtype"]]).reshape(v["shape"])
            if v["dtype"] == "BF16":
                x = (x.astype(np.uint32) << 16).view(np.float32)
            out[k] = x
    return out


def canonical_ct2(w):
    """CTranslate2 names -> ours."""
    out = {"enc.conv1.w": w["encoder/conv1/weight"], "enc.conv1.b": w["encoder/conv1/bias"],
           "enc.conv2.w": w["encoder/conv2/weight"], "enc.conv2.b": w["encoder/conv2/bias"],
           "enc.pos": w["encoder/position_encodings/encodings"],
           "enc.ln.g": w["encoder/layer_norm/gamma"], "enc.ln.b": w["encoder/layer_norm/beta"],
           "dec.emb": w["decoder/embeddings/weight"], "dec.pos": w["decoder/position_encodings/encodings"],
           "dec.ln.g": w["decoder/layer_norm/gamma"], "dec.ln.b": w["decoder/layer_norm/beta"]}
    def lin(dst, src): out[dst + ".w"] = w[src + "/weight"]; out[dst + ".b"] = w[src + "/bias"]
    def ln(dst, src): out[dst + ".g"] = w[src + "/gamma"]; out[dst + ".b"] = w[src + "/beta"]
    for side, s in (("encoder", "enc"), ("decoder", "dec")):
        i = 0
        while f"{side}/layer_{i}/ffn/linear_0/weight" in w:
            a, b = f"{s}.{i}", f"{side}/layer_{i}"
            ln(a + ".ln1", b + "/self_attention/layer_norm")
            lin(a + ".qkv", b + "/self_attention/linear_0"); lin(a + ".o", b + "/self_attention/linear_1")
            if s == "dec":
                ln(a + ".lnx", b + "/attention/layer_norm"); lin(a + ".xq", b + "/attention/linear_0")
                lin(a + ".xkv", b + "/attention/linear_1"); lin(a + ".xo", b + "/attention/linear_2")
            ln(a + ".ln2", b + "/ffn/layer_norm")
            lin(a + ".fc1", b + "/ffn/linear_0"); lin(a + ".fc2", b + "/ffn/linear_1")
            i += 1
    return out


def canonical_hf(w):
    """Hugging Face WhisperForConditionalGeneration names -> ours (k_proj has no bias: zeros)."""
    w = {k[6:] if k.startswith("model.") else k: v for k, v in w.items()}
    out = {"enc.conv1.w": w["encoder.conv1.weight"], "enc.conv1.b": w["encoder.conv1.bias"],
           "enc.conv2.w": w["encoder.conv2.weight"], "enc.conv2.b": w["encoder.conv2.bias"],
           "enc.pos": w["encoder.embed_positions.weight"],
           "enc.ln.g": w["encoder.layer_norm.weight"], "enc.ln.b": w["encoder.layer_norm.bias"],
           "dec.emb": w["decoder.embed_tokens.weight"], "dec.pos": w["decoder.embed_positions.weight"],
           "dec.ln.g": w["decoder.layer_norm.weight"], "dec.ln.b": w["decoder.layer_norm.bias"]}
    def lin(dst, *src):
        ws = [np.asarray(w[s + ".weight"], np.float32) for s in src]
        bs = [np.asarray(w[s + ".bias"], np.float32) if s + ".bias" in w else np.zeros(len(x), np.float32)
              for s, x in zip(src, ws)]
        out[dst + ".w"] = np.concatenate(ws); out[dst + ".b"] = np.concatenate(bs)
    def ln(dst, src): out[dst + ".g"] = w[src + ".weight"]; out[dst + ".b"] = w[src + ".bias"]
    for side, s in (("encoder", "enc"), ("decoder", "dec")):
        i = 0
        while f"{side}.layers.{i}.fc1.weight" in w:
            a, b = f"{s}.{i}", f"{side}.layers.{i}"
            sa, xa = b + ".self_attn", b + ".encoder_attn"
            ln(a + ".ln1", sa + "_layer_norm")
            lin(a + ".qkv", sa + ".q_proj", sa + ".k_proj", sa + ".v_proj"); lin(a + ".o", sa + ".out_proj")
            if s == "dec":
                ln(a + ".lnx", xa + "_layer_norm"); lin(a + ".xq", xa + ".q_proj")
                lin(a + ".xkv", xa + ".k_proj", xa + ".v_proj"); lin(a + ".xo", xa + ".out_proj")
            ln(a + ".ln2", b + ".final_layer_norm"); lin(a + ".fc1", b + ".fc1"); lin(a + ".fc2", b + ".fc2")
            i += 1
    return out


def load_weights(path):
    """Named float32 arrays whatever the file format."""
    w = canonical_hf(read_safetensors(path)) if path.endswith(".safetensors") else canonical_ct2(read_ct2(path))
    return {k: np.ascontiguousarray(v, np.float32) for k, v in w.items()}


# ---------------------------------------------------------------- quantisation
def quant_columns(w):
    """[out, in] -> int8 [in, out] with one scale per output channel (symmetric, absolute maximum / 127)."""
    scale = np.maximum(np.abs(w).max(1), 1e-8) / 127
    return np.clip(np.rint(w / scale[:, None]), -127, 127).astype(np.int8).T.copy(), scale.astype(np.float32)


def quant_blocks(w, block, bits):
    """[out, in] -> MatMulNBits layout: uint8 [out, in/block, block*bits/8], scales [out, in/block], offset 2^(bits-1)."""
    n, k = w.shape; half = 1 << (bits - 1)
    x = w.reshape(n, k // block, block)
    if bits == 8:
        scale = np.maximum(np.abs(x).max(2), 1e-8) / 127
        q = (np.clip(np.rint(x / scale[..., None]), -127, 127) + half).astype(np.uint8)
    else:                                                        # keep the sign of the extreme value: uses all 16 levels
        i = np.abs(x).argmax(2); ext = np.take_along_axis(x, i[..., None], 2)[..., 0]
        scale = ext / -8; scale[np.abs(scale) < 1e-8] = 1e-8
        q = (np.clip(np.rint(x / scale[..., None]), -8, 7) + half).astype(np.uint8)
        q = q[..., 0::2] | (q[..., 1::2] << 4)
    return q, scale.astype(np.float32)


def smooth_encoder(w, amax, alpha, hot):
    """Move the outliers of the activations into the weights before int8 (SmoothQuant: Xiao et al. 2022): column j of a
    matrix is multiplied by s_j and its input divided by s_j, s_j = activation max ^ alpha / weight max ^ (1 - alpha).
    The division is folded into what makes the input (layer norm, or the rows of V), so the graph does not grow there;
    fc2, whose input comes from GELU, instead gets its `hot` largest hidden units computed apart in f32 (two thin
    matrices). amax: {linear: largest |input| per channel}, written by calibrate.py."""
    w = dict(w)
    def factor(key, *mats):
        a = np.maximum(amax[key], 1e-3); m = np.maximum(np.abs(np.concatenate(mats)).max(0), 1e-3)
        s = a ** alpha / m ** (1 - alpha)
        return (s / np.exp(np.log(s).mean())).astype(np.float32)
    def norm(name, s): w[name + ".g"] = w[name + ".g"] / s; w[name + ".b"] = w[name + ".b"] / s
    n = sizes(w)["enc_layers"]; L = sizes(w)["dec_layers"]; d = sizes(w)["d"]
    for i in range(n):
        p = f"enc.{i}"
        s = factor(f"e{i}.o", w[p + ".o.w"]); w[p + ".o.w"] = w[p + ".o.w"] * s
        f = np.concatenate([np.ones(2 * d, np.float32), 1 / s])
        w[p + ".qkv.w"] = w[p + ".qkv.w"] * f[:, None]; w[p + ".qkv.b"] = w[p + ".qkv.b"] * f
        s = factor(f"e{i}.qkv", w[p + ".qkv.w"]); w[p + ".qkv.w"] = w[p + ".qkv.w"] * s; norm(p + ".ln1", s)
        s = factor(f"e{i}.fc1", w[p + ".fc1.w"]); w[p + ".fc1.w"] = w[p + ".fc1.w"] * s; norm(p + ".ln2", s)
        if hot:
            order = np.argsort(amax[f"e{i}.fc2"]); cold, top = np.sort(order[:-hot]), np.sort(order[-hot:])
            w[p + ".hot1.w"], w[p + ".hot1.b"], w[p + ".hot2.w"] = w[p + ".fc1.w"][top], w[p + ".fc1.b"][top], w[p + ".fc2.w"][:, top]
            w[p + ".fc1.w"], w[p + ".fc1.b"], w[p + ".fc2.w"] = w[p + ".fc1.w"][cold], w[p + ".fc1.b"][cold], w[p + ".fc2.w"][:, cold]
    s = factor("xkv", *[w[f"dec.{i}.xkv.w"] for i in range(L)]); norm("enc.ln", s)
    for i in range(L):
        w[f"dec.{i}.xkv.w"] = w[f"dec.{i}.xkv.w"] * s
    return w


# ---------------------------------------------------------------- graph builder
class Graph:
    def __init__(self, name):
        self.name, self.nodes, self.inits, self.ins, self.outs, self.values, self.n = name, [], {}, [], [], [], 0

    def const(self, x, name=None):
        if name is None:
            self.n += 1; name = f"c{self.n}"
        if name not in self.inits:
            self.inits[name] = numpy_helper.from_array(np.ascontiguousarray(x), name)
        return name

    def i64(self, *v): return self.const(np.array(v, np.int64), "i_" + "_".join(str(x) for x in v).replace("-", "m"))

    def op(self, kind, *inputs, n=1, domain="", out=None, **attrs):
        self.n += 1
        outs = out if isinstance(out, list) else [out] if out else [f"t{self.n}" + (f"_{i}" if n > 1 else "") for i in range(n)]
        self.nodes.append(H.make_node(kind, list(inputs), outs, name=f"{kind}_{self.n}", domain=domain, **attrs))
        return outs[0] if len(outs) == 1 else outs

    def linear(self, x, w, b, mode, name, bias_outside=False):
        """x @ w.T (+ b). mode: f32, int8 (dynamic, per channel), nb8 / nb4 (MatMulNBits, blocks of 64 / 32)."""
        if mode == "f32":
            y = self.op("MatMul", x, self.const(w.T, name + ".w"))
        elif mode == "int8":
            q, s = quant_columns(w)
            ins = [x, self.const(q, name + ".q"), self.const(s, name + ".s")]
            if b is not None and not bias_outside:
                return self.op("DynamicQuantizeMatMul", *ins, "", self.const(b, name + ".b"), domain=MS)
            y = self.op("DynamicQuantizeMatMul", *ins, domain=MS)
        elif mode.startswith("nb"):
            bits, block = (int(v) for v in (mode[2:].split("g") + ["64" if mode[2] == "8" else "32"])[:2])
            q, s = quant_blocks(w, block, bits)
            ins = [x, self.const(q, name + ".q"), self.const(s.reshape(len(w), -1), name + ".s")]
            if b is not None and not bias_outside:
                ins += ["", "", self.const(b, name + ".b")]
            return self.op("MatMulNBits", *ins, domain=MS, K=w.shape[1], N=w.shape[0], bits=bits, block_size=block,
                           accuracy_level=4)
        else:
            raise ValueError(mode)
        return y if b is None or bias_outside else self.op("Add", y, self.const(b, name + ".b"))

    def layernorm(self, x, g, b, name):
        return self.op("LayerNormalization", x, self.const(g, name + ".g"), self.const(b, name + ".bb"), axis=-1, epsilon=1e-5)

    def skip_layernorm(self, x, y, bias, g, b, name):
        """(x + y + bias, its layer normalisation)"""
        o = [f"{name}_n", "", "", f"{name}_x"]
        self.op("SkipLayerNormalization", x, y, self.const(g, name + ".g"), self.const(b, name + ".bb"),
                self.const(bias, name + ".skb"), domain=MS, out=o, epsilon=1e-5)
        return o[3], o[0]

    def save(self, path, meta):
        g = H.make_graph(self.nodes, self.name, self.ins, self.outs, list(self.inits.values()), value_info=self.values)
        m = H.make_model(g, opset_imports=[H.make_opsetid("", 17), H.make_opsetid(MS, 1)], ir_version=8,
                         producer_name="export_whisper")
        for k, v in meta.items():
            p = m.metadata_props.add(); p.key, p.value = k, str(v)
        onnx.save(m, path)


def sizes(w):
    d = w["dec.pos"].shape[1]
    return dict(d=d, heads=d // 64, n_mels=w["enc.conv1.w"].shape[1], vocab=w["dec.emb"].shape[0], ctx=w["dec.pos"].shape[0],
                enc_layers=sum(k.startswith("enc.") and k.endswith(".fc1.w") for k in w),
                dec_layers=sum(k.startswith("dec.") and k.endswith(".fc1.w") for k in w))


def build_encoder(w, path, mode, conv="f32"):
    s = sizes(w); d, nh, L = s["d"], s["heads"], s["dec_layers"]
    g = Graph("whisper_encoder")
    g.ins = [H.make_tensor_value_info("mel", T.FLOAT, ["batch", s["n_mels"], "frames"])]
    for i in range(L):
        for kv in "kv":
            g.outs.append(H.make_tensor_value_info(f"cross_{kv}_{i}", T.FLOAT, ["batch", nh, "time", 64]))
    x = g.op("Conv", "mel", g.const(w["enc.conv1.w"], "conv1.w"), g.const(w["enc.conv1.b"], "conv1.b"), pads=[1, 1], kernel_shape=[3])
    x = g.op("Gelu", x, domain=MS)
    if conv == "f32":
        x = g.op("Conv", x, g.const(w["enc.conv2.w"], "conv2.w"), g.const(w["enc.conv2.b"], "conv2.b"), pads=[1, 1], strides=[2], kernel_shape=[3])
        x = g.op("Gelu", x, domain=MS)
        x = g.op("Transpose", x, perm=[0, 2, 1])
    else:                                                        # as one matrix product: rows [x(2t-1), x(2t), x(2t+1)]
        x = g.op("Transpose", x, perm=[0, 2, 1])
        x = g.op("Pad", x, g.i64(0, 1, 0, 0, 0, 0))               # one zero frame before
        parts = []
        for k in range(3):
            end = [-2, -1, np.iinfo(np.int64).max][k]
            parts.append(g.op("Slice", x, g.i64(k), g.i64(end), g.i64(1), g.i64(2)))
        x = g.op("Concat", *parts, axis=2)
        w2 = w["enc.conv2.w"].transpose(0, 2, 1).reshape(d, -1)
        x = g.linear(x, w2, w["enc.conv2.b"], conv, "conv2", bias_outside=True)
        x = g.op("BiasGelu", x, g.const(w["enc.conv2.b"], "conv2.b"), domain=MS)
    t = g.op("Gather", g.op("Shape", x), g.const(np.array([1], np.int64)))
    pos = g.op("Slice", g.const(w["enc.pos"], "pos"), g.i64(0), t, g.i64(0))
    x = g.op("Add", x, pos)
    y = g.layernorm(x, w["enc.0.ln1.g"], w["enc.0.ln1.b"], "e0.ln1")
    for i in range(s["enc_layers"]):
        p = f"enc.{i}"
        q, k, v = g.op("Split", g.linear(y, w[p + ".qkv.w"], w[p + ".qkv.b"], mode, f"e{i}.qkv"), n=3, axis=2)
        a = g.op("MultiHeadAttention", q, k, v, domain=MS, num_heads=nh)
        o = g.linear(a, w[p + ".o.w"], w[p + ".o.b"], mode, f"e{i}.o", bias_outside=True)
        x, y = g.skip_layernorm(x, o, w[p + ".o.b"], w[p + ".ln2.g"], w[p + ".ln2.b"], f"e{i}.ln2")
        h = g.linear(y, w[p + ".fc1.w"], w[p + ".fc1.b"], mode, f"e{i}.fc1", bias_outside=True)
        h = g.op("BiasGelu", h, g.const(w[p + ".fc1.b"], f"e{i}.fc1.bb"), domain=MS)
        o = g.linear(h, w[p + ".fc2.w"], w[p + ".fc2.b"], mode, f"e{i}.fc2", bias_outside=True)
        if p + ".hot1.w" in w:                                   # the few hidden units with very large values, in f32
            h = g.linear(y, w[p + ".hot1.w"], None, "f32", f"e{i}.hot1")
            h = g.op("BiasGelu", h, g.const(w[p + ".hot1.b"], f"e{i}.hot1.bb"), domain=MS)
            o = g.op("Add", o, g.linear(h, w[p + ".hot2.w"], None, "f32", f"e{i}.hot2"))
        nxt = f"enc.{i + 1}.ln1" if i + 1 < s["enc_layers"] else "enc.ln"
        x, y = g.skip_layernorm(x, o, w[p + ".fc2.b"], w[nxt + ".g"], w[nxt + ".b"], f"e{i}.lnn")
    kvw = np.concatenate([w[f"dec.{i}.xkv.w"] for i in range(L)]); kvb = np.concatenate([w[f"dec.{i}.xkv.b"] for i in range(L)])
    kv = g.linear(y, kvw, kvb, mode, "xkv")
    kv = g.op("Reshape", kv, g.i64(0, 0, 2 * L * nh, 64))
    kv = g.op("Transpose", kv, perm=[0, 2, 1, 3])
    names = [f"cross_{c}_{i}" for i in range(L) for c in "kv"]
    g.op("Split", kv, out=names, axis=1)
    g.save(path, {"model": "whisper encoder", "quantisation": mode, **s})


def build_decoder(w, path, mode, head, heads_align, rows=None):
    """rows: original ids of the kept vocabulary rows (None = all). Token ids in the graph are row numbers."""
    s = sizes(w); d, nh, L = s["d"], s["heads"], s["dec_layers"]
    emb = w["dec.emb"] if rows is None else w["dec.emb"][rows]
    V = len(emb)
    g = Graph("whisper_decoder")
    vi = H.make_tensor_value_info
    g.ins = [vi("tokens", T.INT64, ["batch", "n"]), vi("past_length", T.INT64, ["batch"]), vi("cross_length", T.INT64, ["batch"])]
    for i in range(L):
        g.ins += [vi(f"past_{c}_{i}", T.FLOAT, ["batch", nh, "past", 64]) for c in "kv"]
    for i in range(L):
        g.ins += [vi(f"cross_{c}_{i}", T.FLOAT, ["batch", nh, "time", 64]) for c in "kv"]
    g.outs = [vi("logits", T.FLOAT, ["batch", "n", V]), vi("align", T.FLOAT, ["batch", len(heads_align), "n", "time"])]
    for i in range(L):
        g.outs += [vi(f"new_{c}_{i}", T.FLOAT, ["batch", "n", d]) for c in "kv"]
    # token embedding, from the same integers as the output projection
    if head == "f32":
        x = g.op("Gather", g.const(emb, "emb"), "tokens", axis=0)
    elif head == "int8":                                          # columns of the [d, V] matrix
        q, sc = quant_columns(emb)
        x = g.op("Cast", g.op("Gather", g.const(q, "head.q"), "tokens", axis=1), to=T.FLOAT)      # [d, batch, n]
        x = g.op("Transpose", x, perm=[1, 2, 0])
        x = g.op("Mul", x, g.op("Unsqueeze", g.op("Gather", g.const(sc, "head.s"), "tokens", axis=0), g.i64(-1)))
    else:                                                         # rows of the [V, d/64, 64] blocks
        assert head.startswith("nb8"), "the embedding shares 8-bit blocks with the output projection"
        q, sc = quant_blocks(emb, int(head[4:] or 64) if len(head) > 3 else 64, 8)
        x = g.op("Cast", g.op("Gather", g.const(q, "head.q"), "tokens", axis=0), to=T.FLOAT)
        x = g.op("Sub", x, g.const(np.float32(128)))
        x = g.op("Mul", x, g.op("Unsqueeze", g.op("Gather", g.const(sc, "head.s"), "tokens", axis=0), g.i64(-1)))
        x = g.op("Reshape", x, g.i64(0, 0, d))
    shape = g.op("Shape", "tokens")
    n = g.op("Gather", shape, g.const(np.array(1, np.int64)))
    ar = g.op("Range", g.const(np.array(0, np.int64)), n, g.const(np.array(1, np.int64)))         # [n]
    pl = g.op("Unsqueeze", "past_length", g.i64(1))
    pid = g.op("Add", pl, ar)                                                                     # [batch, n]
    pid = g.op("Min", pid, g.const(np.array(s["ctx"] - 1, np.int64)))
    x = g.op("Add", x, g.op("Gather", g.const(w["dec.pos"], "pos"), pid, axis=0))
    # self-attention mask [batch, 1, n, past + n]: past column j counts if j < past_length; new columns are causal
    neg, zero = g.const(np.float32(-1e9)), g.const(np.float32(0))
    P = g.op("Gather", g.op("Shape", "past_k_0"), g.const(np.array(2, np.int64)))
    one = g.const(np.array(1, np.int64))
    cols = g.op("Range", g.const(np.array(0, np.int64)), P, one)                                  # [past]
    mp = g.op("Where", g.op("Less", cols, pl), zero, neg)                                         # [batch, past]
    mp = g.op("Unsqueeze", mp, g.i64(1, 2))
    B = g.op("Slice", shape, g.i64(0), g.i64(1))
    n1 = g.op("Slice", shape, g.i64(1), g.i64(2))
    P1 = g.op("Reshape", P, g.i64(1))
    mp = g.op("Expand", mp, g.op("Concat", B, g.i64(1), n1, P1, axis=0))
    cz = g.op("Where", g.op("LessOrEqual", ar, g.op("Unsqueeze", ar, g.i64(1))), zero, neg)       # [n, n]
    mc = g.op("Expand", g.op("Unsqueeze", cz, g.i64(0, 1)), g.op("Concat", B, g.i64(1), n1, n1, axis=0))
    mask = g.op("Concat", mp, mc, axis=3)
    # cross mask [batch, 1, n, time]
    tt = g.op("Gather", g.op("Shape", "cross_k_0"), g.const(np.array(2, np.int64)))
    mx = g.op("Where", g.op("Less", g.op("Range", g.const(np.array(0, np.int64)), tt, one), g.op("Unsqueeze", "cross_length", g.i64(1))), zero, neg)
    mx = g.op("Expand", g.op("Unsqueeze", mx, g.i64(1, 2)), g.op("Concat", B, g.i64(1), n1, g.op("Reshape", tt, g.i64(1)), axis=0))
    y = g.layernorm(x, w["dec.0.ln1.g"], w["dec.0.ln1.b"], "d0.ln1")
    align = []
    for i in range(L):
        p = f"dec.{i}"
        q, k, v = g.op("Split", g.linear(y, w[p + ".qkv.w"], w[p + ".qkv.b"], mode, f"d{i}.qkv"), out=[f"d{i}.q", f"new_k_{i}", f"new_v_{i}"], axis=2)
        a = g.op("MultiHeadAttention", q, k, v, "", "", mask, f"past_k_{i}", f"past_v_{i}", domain=MS, num_heads=nh,
                 out=[f"d{i}.a", f"d{i}.pk", f"d{i}.pv"])[0]
        o = g.linear(a, w[p + ".o.w"], w[p + ".o.b"], mode, f"d{i}.o", bias_outside=True)
        x, y = g.skip_layernorm(x, o, w[p + ".o.b"], w[p + ".lnx.g"], w[p + ".lnx.b"], f"d{i}.lnx")
        q = g.linear(y, w[p + ".xq.w"], w[p + ".xq.b"], mode, f"d{i}.xq")
        mine = [h for l, h in heads_align if l == i]
        outs = [f"d{i}.xa"] + (["", "", f"d{i}.qk"] if mine else [])
        a = g.op("MultiHeadAttention", q, f"cross_k_{i}", f"cross_v_{i}", "", "", mx, domain=MS, num_heads=nh, out=outs)
        if mine:
            a = a[0]                                             # (the scores' type is not inferred by ONNX Runtime: state it)
            g.values.append(vi(f"d{i}.qk", T.FLOAT, ["batch", nh, "n", "time"]))
            align.append(g.op("Gather", f"d{i}.qk", g.const(np.array(mine, np.int64)), axis=1))
        o = g.linear(a, w[p + ".xo.w"], w[p + ".xo.b"], mode, f"d{i}.xo", bias_outside=True)
        x, y = g.skip_layernorm(x, o, w[p + ".xo.b"], w[p + ".ln2.g"], w[p + ".ln2.b"], f"d{i}.ln2")
        h = g.linear(y, w[p + ".fc1.w"], w[p + ".fc1.b"], mode, f"d{i}.fc1", bias_outside=True)
        h = g.op("BiasGelu", h, g.const(w[p + ".fc1.b"], f"d{i}.fc1.bb"), domain=MS)
        o = g.linear(h, w[p + ".fc2.w"], w[p + ".fc2.b"], mode, f"d{i}.fc2", bias_outside=True)
        nxt = f"dec.{i + 1}.ln1" if i + 1 < L else "dec.ln"
        x, y = g.skip_layernorm(x, o, w[p + ".fc2.b"], w[nxt + ".g"], w[nxt + ".b"], f"d{i}.lnn")
    al = g.op("Concat", *align, axis=1) if len(align) > 1 else align[0]
    g.op("Softmax", g.op("Add", al, mx), out="align", axis=3)
    if head == "f32":
        g.op("MatMul", y, g.const(emb.T, "head.w"), out="logits")
    elif head == "int8":
        g.op("DynamicQuantizeMatMul", y, "head.q", "head.s", domain=MS, out="logits")
    else:
        g.op("MatMulNBits", y, "head.q", "head.s", domain=MS, K=d, N=V, bits=8, block_size=int(g.inits["head.q"].dims[2]),
             accuracy_level=4, out="logits")
    g.save(path, {"model": "whisper decoder", "quantisation": mode + " head " + head, **s, "rows": V})


# ---------------------------------------------------------------- vocabulary and settings
def byte_decoder():
    """GPT-2 printable character -> byte."""
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    rest = [b for b in range(256) if b not in keep]
    return {chr(b): b for b in keep} | {chr(256 + i): b for i, b in enumerate(rest)}


def is_latin(b):
    """Can these bytes be part of text in Latin script (letters up to U+024F and U+1Exx, punctuation, currency)?"""
    if len(b) == 1:
        return True
    try:
        return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or 0x2000 <= ord(c) < 0x2070 or 0x20A0 <= ord(c) < 0x20D0
                   for c in b.decode())
    except UnicodeDecodeError:                                   # a fragment of a multi-byte character
        high = [x for x in b if x >= 0x80]
        return all(x < 0xCA for x in high) and any(0xC2 <= x <= 0xC9 for x in high) or b[:2] == b"\xe2\x80"


def vocabulary(tokenizer_json, which, timestamps):
    """-> (row -> original id, id -> bytes, id -> special name)"""
    j = json.load(open(tokenizer_json, encoding="utf-8")); dec = byte_decoder()
    special = {t["id"]: t["content"] for t in j["added_tokens"]}
    text = {i: bytes(dec[c] for c in t) for t, i in j["model"]["vocab"].items() if i not in special}
    last = max(special)
    if last < 50364:                                              # tables without the time-stamp tokens
        special |= {last + 1 + k: f"<|{k * 0.02:.2f}|>" for k in range(1501)}
    rows = [i for i in sorted(text) if which == "full" or is_latin(text[i])]
    rows += [i for i in sorted(special) if timestamps or not special[i][2:3].isdigit()]
    return rows, text, special


def write_settings(out, w, rows, text, special, config):
    with open(os.path.join(out, "tokens.txt"), "w", encoding="utf-8", newline="\n") as f:
        for i in rows:
            f.write(f"{i}\tt\t{text[i].hex()}\n" if i in text else f"{i}\ts\t{special[i]}\n")
    name = {v: k for k, v in special.items()}
    langs = {special[i][2:-2]: i for i in config["lang_ids"]}
    s = dict(model="whisper", **{k: int(v) for k, v in sizes(w).items()}, rows=len(rows), eot=name["<|endoftext|>"], sot=name["<|startoftranscript|>"],
             transcribe=name["<|transcribe|>"], translate=name["<|translate|>"], startofprev=name["<|startofprev|>"],
             no_speech=name.get("<|nospeech|>", name.get("<|nocaptions|>")), no_timestamps=name["<|notimestamps|>"], timestamp_begin=name.get("<|0.00|>", name["<|notimestamps|>"] + 1),
             languages=langs, suppress=[i for i in config["suppress_ids"] if i >= 0], suppress_begin=config["suppress_ids_begin"],
             alignment_heads=config["alignment_heads"], sample_rate=16000, n_fft=400, hop=160, seconds_per_cross_frame=0.02,
             window=dict(lead=0.0, tail=1.5, minimum=4.0, bucket=0.5, maximum=30.0), limit=dict(base=10, per_second=12),
             end_margin=0.6, gate=[dict(no_speech_above=0.35, avg_logprob_below=-1.2), dict(no_speech_above=0.7, avg_logprob_below=-0.9)], bias=dict(boost=2.5, start=1.0))
    json.dump(s, open(os.path.join(out, "settings.json"), "w", encoding="utf-8"), indent=1)
    return s


def slaney_mel(n_mels):
    freqs = np.arange(201) * 40.0
    step, knee, log_step = 200.0 / 3, 1000.0, np.log(6.4) / 27
    m = np.linspace(0, knee / step + np.log(8000 / knee) / log_step, n_mels + 2)
    f = np.where(m * step < knee, m * step, knee * np.exp(log_step * (m - knee / step)))
    up = (freqs[None] - f[:-2, None]) / (f[1:-1] - f[:-2])[:, None]
    down = (f[2:, None] - freqs[None]) / (f[2:] - f[1:-1])[:, None]
    return (np.maximum(0, np.minimum(up, down)) * (2 / (f[2:] - f[:-2]))[:, None]).astype("<f4")


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--weights", required=True); a.add_argument("--tokenizer", required=True)
    a.add_argument("--config", required=True, help="JSON with lang_ids, suppress_ids, suppress_ids_begin, alignment_heads")
    a.add_argument("--out", required=True)
    a.add_argument("--enc", default="int8", help="f32, int8, nb8[gBLOCK], nb4"); a.add_argument("--conv", default="f32")
    a.add_argument("--dec", default="nb8"); a.add_argument("--head", default="nb8", help="f32, int8, nb8[gBLOCK]")
    a.add_argument("--calibration", help="npz of calibrate.py: smooths the encoder before int8")
    a.add_argument("--alpha", type=float, default=0.75); a.add_argument("--hot", type=int, default=16)
    a.add_argument("--vocab", default="latin", choices=["latin", "full"])
    a.add_argument("--no-timestamps", action="store_true", help="leave the 1501 time-stamp tokens out")
    a = a.parse_args(); os.makedirs(a.out, exist_ok=True)
    w = load_weights(a.weights); config = json.load(open(a.config))
    rows, text, special = vocabulary(a.tokenizer, a.vocab, not a.no_timestamps)
    s = write_settings(a.out, w, rows, text, special, config)
    slaney_mel(s["n_mels"]).tofile(os.path.join(a.out, "mel_filters.bin"))
    we = smooth_encoder(w, dict(np.load(a.calibration)), a.alpha, a.hot) if a.calibration else w
    build_encoder(we, os.path.join(a.out, "encoder.onnx"), a.enc, a.conv)
    build_decoder(w, os.path.join(a.out, "decoder.onnx"), a.dec, a.head, s["alignment_heads"], np.array(rows))
    for f in sorted(os.listdir(a.out)):
        print(f"{os.path.getsize(os.path.join(a.out, f)) / 1e6:8.2f} MB  {f}")


if __name__ == "__main__":
    main()
