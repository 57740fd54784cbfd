#!/usr/bin/env python3
"""Reference decoder for the exported Whisper graphs: the behaviour that src/Engine/Speech/Recognition/Whisper ports, in numpy + onnxruntime.

    samples (float32, 16 kHz) -> window -> log-mel -> encoder -> language -> greedy decoding -> tokens, text,
    log-probabilities, word times.      python whisper_reference.py MODEL_DIR file.wav|flac [--language en]

Everything is deterministic. Token ids seen from outside are the original Whisper ids; the graph's own ids (rows of the
kept vocabulary) stay inside `Vocabulary`.  Papers: Radford et al. 2022 (Whisper; MIT).
"""
import argparse, json, os
import numpy as np

RATE, HOP, N_FFT = 16000, 160, 400


# ---------------------------------------------------------------- audio
def upsample2(x, taps=64, beta=8.0):
    """8 kHz -> 16 kHz: even outputs are the input, odd outputs a 64-tap Kaiser-windowed sinc at half samples."""
    t = np.arange(taps) - taps / 2 + 0.5
    h = np.sinc(t) * np.i0(beta * np.sqrt(1 - (t / (taps / 2)) ** 2)) / np.i0(beta)
    h /= h.sum()
    xp = np.concatenate([np.zeros(taps // 2 - 1), np.asarray(x, np.float64), np.zeros(taps // 2)])
    y = np.empty(2 * len(x), np.float32)
    y[0::2] = x; y[1::2] = np.convolve(xp, h[::-1], "valid")
    return y


def read_audio(path):
    """Mono float32 at 16 kHz from an 8 or 16 kHz file (libsndfile)."""
    import soundfile
    x, rate = soundfile.read(path, dtype="float32", always_2d=True)
    x = x.mean(1).astype(np.float32)
    if rate == 8000:
        x = upsample2(x)
    elif rate != RATE:
        raise ValueError(f"{path}: {rate} Hz; only 8000 and 16000 are handled here")
    return x


# ---------------------------------------------------------------- log-mel
def mel_filters(n_mels=80):
    """[n_mels, 201] Slaney triangles, area-normalised, 0..8000 Hz (also stored in mel_filters.bin)."""
    freqs = np.arange(N_FFT // 2 + 1) * RATE / N_FFT
    step, knee, log_step = 200.0 / 3, 1000.0, np.log(6.4) / 27
    top = knee / step + np.log(RATE / 2 / knee) / log_step
    m = np.linspace(0, top, n_mels + 2)
    f = np.where(m * step < knee, m * step, knee * np.exp(log_step * (m - knee / step)))
    up = (freqs[None] - f[:-2, None]) / (f[1:-1] - f[:-2])[:, None]
    down = (f[2:, None] - freqs[None]) / (f[2:] - f[1:-1])[:, None]
    return (np.maximum(0, np.minimum(up, down)) * (2 / (f[2:] - f[:-2]))[:, None]).astype(np.float32)


FILTERS = mel_filters()
WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)).astype(np.float32)   # periodic Hann


def log_mel_raw(x):
    """samples -> log10 mel power [80, len/160]. Frame t is centred on sample 160 t; ends are mirrored (200 samples)."""
    x = np.pad(np.asarray(x, np.float32), N_FFT // 2, mode="reflect")
    n = (len(x) - N_FFT) // HOP
    frames = np.lib.stride_tricks.sliding_window_view(x, N_FFT)[::HOP][:n]
    power = np.abs(np.fft.rfft(frames * WINDOW, axis=1)) ** 2
    return np.log10(np.maximum(FILTERS @ power.T.astype(np.float32), 1e-10)).astype(np.float32)


def normalise(raw):
    """Clamp to 8 below the maximum over every frame of the encoder window, then (v + 4) / 4."""
    return ((np.maximum(raw, raw.max() - 8.0) + 4.0) / 4.0).astype(np.float32)


def log_mel(x):
    return normalise(log_mel_raw(x))


# ---------------------------------------------------------------- window policy
POLICY = dict(lead=0.0, tail=1.5, minimum=4.0, bucket=0.5, maximum=30.0)


def window(samples, policy=POLICY):
    """Zero samples before (lead) and after (tail) the speech, up to the minimum, rounded up to a bucket (seconds)."""
    p = policy; n = len(samples)
    want = max(n / RATE + p["lead"] + p["tail"], p["minimum"])
    want = min(np.ceil(want / p["bucket"] - 1e-9) * p["bucket"], p["maximum"])
    total = int(round(want * RATE)); lead = int(round(p["lead"] * RATE))
    x = np.zeros(total, np.float32)
    m = min(n, total - lead)
    x[lead:lead + m] = samples[:m]
    return x


# ---------------------------------------------------------------- vocabulary
class Vocabulary:
    """tokens.txt: one line per graph row: original id <tab> kind (t text, s special) <tab> bytes in hex or name."""

    def __init__(self, folder):
        self.settings = json.load(open(os.path.join(folder, "settings.json"), encoding="utf-8"))
        self.ids, self.bytes, self.names = [], {}, {}
        for line in open(os.path.join(folder, "tokens.txt"), encoding="utf-8"):
            i, kind, v = line.rstrip("\n").split("\t")
            self.ids.append(int(i))
            if kind == "t":
                self.bytes[int(i)] = bytes.fromhex(v)
            else:
                self.names[int(i)] = v
        self.ids = np.array(self.ids)
        self.row = {int(v): k for k, v in enumerate(self.ids)}

    def text(self, ids):
        return b"".join(self.bytes.get(int(i), b"") for i in ids).decode("utf-8", "replace")

    # byte-pair encoding: GPT-2 splitting, then merge the neighbouring pair whose joined bytes have the lowest id
    def split(self, text):
        out, i, n = [], 0, len(text)
        kind = lambda c: "L" if c.isalpha() else "N" if c.isnumeric() else "S" if c.isspace() else "O"
        while i < n:
            for c in ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d"):
                if text.startswith(c, i):
                    out.append(c); i += len(c); break
            else:
                j = i + 1 if text[i] == " " and i + 1 < n and kind(text[i + 1]) != "S" else i
                k = j + 1
                while k < n and kind(text[k]) == kind(text[j]):
                    k += 1
                if kind(text[j]) == "S" and k < n and k - j > 1:
                    k -= 1                                         # the last blank goes with the next piece
                out.append(text[i:k]); i = k
        return out

    def encode(self, text):
        if not hasattr(self, "rank"):
            self.rank = {b: i for i, b in self.bytes.items()}
        ids = []
        for piece in self.split(text):
            p = [bytes([b]) for b in piece.encode("utf-8")]
            while len(p) > 1:
                best = min(range(len(p) - 1), key=lambda i: self.rank.get(p[i] + p[i + 1], 1 << 30))
                if p[best] + p[best + 1] not in self.rank:
                    break
                p[best:best + 2] = [p[best] + p[best + 1]]
            ids += [self.rank[b] for b in p]
        return ids


# ---------------------------------------------------------------- contextual bias
class Bias:
    """Token trie of phrases. `boost` is added to a token that continues a started phrase, `start` to its first token."""

    def __init__(self, vocabulary, phrases, boost=2.5, start=1.0):
        self.root, self.boost, self.start = {}, boost, start
        for p in phrases:
            for form in {" " + p, p, " " + p[:1].upper() + p[1:], p[:1].upper() + p[1:]}:
                node = self.root
                for t in vocabulary.encode(form):
                    node = node.setdefault(t, {})

    def initial(self):
        return []                                                  # the trie nodes of phrases under way

    def scores(self, active):
        """{token: boost}"""
        out = {t: self.start for t in self.root}
        for node in active:
            for t in node:
                out[t] = self.boost
        return out

    def advance(self, active, token):
        return [n[token] for n in active + [self.root] if token in n and n[token]]


# ---------------------------------------------------------------- the model
class State:
    """One utterance while it is decoded: cross keys/values [heads, time, 64] and own cache [heads, capacity, 64] per layer."""

    def __init__(self, cross, layers, heads, capacity):
        self.cross, self.time, self.length, self.capacity = cross, cross[0].shape[1], 0, capacity
        self.past = [np.zeros((heads, capacity, 64), np.float32) for _ in range(2 * layers)]
        self.align = []                                            # one [heads, time] per input token


def log_softmax(x):
    m = x.max(-1, keepdims=True)
    return x - m - np.log(np.exp(x - m).sum(-1, keepdims=True))


class Result(dict):
    __getattr__ = dict.__getitem__


GATE = [(0.35, -1.2), (0.7, -0.9)]                                  # (no-speech probability above, average log-probability below)


def is_speech(result):
    """False for what Whisper invents on silence, noise, tones and music."""
    if not any(c.isalnum() for c in result["text"]):
        return False
    return not any(result["no_speech_prob"] > n and result["avg_logprob"] < a for n, a in GATE)


def split_long(x, limit=28.0):
    """Pieces of at most `limit` seconds, cut at the quietest 0.3 s of the second half."""
    if len(x) <= limit * RATE:
        return [x]
    a, b = int(0.5 * limit * RATE), int(limit * RATE)
    e = np.convolve(x[:b].astype(np.float64) ** 2, np.ones(4800), "same")
    k = a + int(np.argmin(e[a:b:160])) * 160
    return [x[:k]] + split_long(x[k:], limit)


class Whisper:
    def __init__(self, folder, threads=1, encoder="encoder.onnx", decoder="decoder.onnx"):
        import onnxruntime as ort
        o = ort.SessionOptions(); o.log_severity_level = 3; o.intra_op_num_threads = threads; o.inter_op_num_threads = 1
        self.vocabulary = Vocabulary(folder); self.s = s = self.vocabulary.settings
        self.enc = ort.InferenceSession(os.path.join(folder, encoder), o, providers=["CPUExecutionProvider"])
        self.dec = ort.InferenceSession(os.path.join(folder, decoder), o, providers=["CPUExecutionProvider"])
        self.L, self.heads, row = s["dec_layers"], s["heads"], self.vocabulary.row
        self.suppress = np.array([row[i] for i in s["suppress"] if i in row])
        self.suppress_begin = np.array([row[i] for i in s["suppress_begin"] if i in row])
        self.stats = dict(decoder_runs=0, decoder_tokens=0)

    # -- encoder
    def encode(self, mel):
        """mel [80, frames] (even) -> [k0, v0, k1, v1, ...] each [heads, frames/2, 64]"""
        return [x[0] for x in self.enc.run(None, {"mel": mel[None]})]

    # -- decoder: one call for any mix of utterances (each with the same number n of new tokens)
    def run(self, states, tokens):
        """tokens [batch][n] original ids -> logits [batch, n, rows]; the caches grow by n."""
        B, n = len(states), len(tokens[0]); row = self.vocabulary.row
        P = max(s.capacity for s in states); T = max(s.time for s in states)
        feed = {"tokens": np.array([[row[int(t)] for t in ts] for ts in tokens], np.int64),
                "past_length": np.array([s.length for s in states], np.int64),
                "cross_length": np.array([s.time for s in states], np.int64)}
        for i in range(self.L):
            for j, c in enumerate("kv"):
                feed[f"past_{c}_{i}"] = stack([s.past[2 * i + j] for s in states], P)
                feed[f"cross_{c}_{i}"] = stack([s.cross[2 * i + j] for s in states], T)
        out = self.dec.run(None, feed)
        logits, align, new = out[0], out[1], out[2:]
        for b, s in enumerate(states):
            for j in range(2 * self.L):
                s.past[j][:, s.length:s.length + n] = new[j][b].reshape(n, self.heads, 64).transpose(1, 0, 2)
            s.align += [align[b, :, k, :s.time] for k in range(n)]
            s.length += n
        self.stats["decoder_runs"] += 1; self.stats["decoder_tokens"] += n * B
        return logits

    def start(self, cross, capacity=None):
        return State(cross, self.L, self.heads, capacity or self.s["ctx"])

    def prompt(self, language, timestamps=True):
        s = self.s
        return [s["sot"], s["languages"][language], s["transcribe"], s["timestamp_begin"] if timestamps else s["no_timestamps"]]

    def languages(self, logits, allowed):
        """logits after <|startoftranscript|> -> (language, its probability among the allowed ones)"""
        row = self.vocabulary.row
        x = np.array([logits[row[self.s["languages"][l]]] for l in allowed], np.float64)
        p = np.exp(x - x.max()); p /= p.sum(); k = int(p.argmax())
        return allowed[k], float(p[k])

    def detect(self, cross, allowed=("en", "fr")):
        return self.languages(self.run([self.start(cross, 32)], [[self.s["sot"]]])[0, 0], allowed)

    # -- decoding
    def decode(self, cross, language, seconds, **options):
        """One utterance of `seconds` of speech (padding not counted) -> Result."""
        return self.decode_batch([Job(self, cross, language, seconds, **options)])[0]

    def decode_batch(self, jobs):
        """Several utterances together: one decoder call per step for all that wait for the same number of tokens."""
        while True:
            waiting = [j for j in jobs if j.pending]
            if not waiting:
                return [j.result() for j in jobs]
            n = len(waiting[0].pending)
            group = [j for j in waiting if len(j.pending) == n]
            for j, logits in zip(group, self.run([j.state for j in group], [j.pending for j in group])):
                j.accept(logits)

    def score(self, cross, language, tokens):
        """Teacher forcing: log-probability of each token of a text, then of the end (time stamps or end of text), in one pass."""
        v = self.vocabulary; pr = self.prompt(language)
        logits = self.run([self.start(cross)], [pr + [int(t) for t in tokens]])[0][len(pr) - 1:].astype(np.float64)
        lp = log_softmax(logits)
        each = [float(lp[i, v.row[int(t)]]) for i, t in enumerate(tokens)]
        end = float(np.logaddexp(lp[-1, v.row[self.s["eot"]]], np.logaddexp.reduce(lp[-1, v.row[self.s["timestamp_begin"]]:])))
        return each, end


class Job:
    """Greedy decoding of one utterance, as a state machine: `pending` tokens are fed to the decoder, `accept` takes the
    logits of all of them. With time stamps (the default) the rules of Whisper's authors hold: <|0.00|> first; time
    stamps never fall; a stamp that closes a segment is followed by a stamp or the end; a stamp is taken when all stamps
    together are more probable than the best text token. A closing stamp near the end of the speech ends the utterance."""

    END_MARGIN = 0.6                                               # seconds before the end of speech where a stamp ends it

    def __init__(self, model, cross, language, seconds, bias=None, draft=(), timestamps=True, want_align=True):
        self.m, self.seconds, self.bias, self.timestamps = model, seconds, bias, timestamps
        s = model.s
        self.limit = min(int(10 + 12 * seconds), s["ctx"] // 2)
        self.prompt = model.prompt(language, timestamps)
        self.draft = [int(t) for t in draft][:self.limit]
        self.state = model.start(cross, -(-(len(self.prompt) + self.limit + 1) // 32) * 32)
        self.raw, self.lps, self.stop, self.accepted, self.no_speech = [], [], None, 0, None
        self.active = bias.initial() if bias else None
        self.ts = s["timestamp_begin"]; self.last_stamp = 0; self.margin = 1e9
        self.pending = self.prompt + self.draft

    def accept(self, logits):
        v = self.m.vocabulary
        if self.no_speech is None:                                 # first pass: prompt and draft
            self.no_speech = float(np.exp(log_softmax(logits[0].astype(np.float64))[v.row[self.m.s["no_speech"]]]))
            logits = logits[len(self.prompt) - 1:]
        self.pending = []
        for k, x in enumerate(logits):
            t, lp = self.choose(x)
            self.take(t, lp)
            if self.stop:
                break
            n = len(self.raw)
            if n <= len(self.draft) and self.draft[n - 1] == t and k + 1 < len(logits):
                self.accepted += 1; continue                       # its own logits are here already
            self.draft = []                                        # from here on token by token
            self.pending = [t]; break
        self.state.length = len(self.prompt) + len(self.raw) - (1 if self.pending else 0)    # drop rejected draft rows
        del self.state.align[self.state.length:]

    def choose(self, logits):
        """-> (original id, log-probability before suppression and bias)"""
        m, v = self.m, self.m.vocabulary
        lp = log_softmax(logits.astype(np.float64)); x = lp.copy()
        if self.bias:
            for t, b in self.bias.scores(self.active).items():
                x[v.row[t]] += b
        x[m.suppress] = -np.inf
        if not self.raw:
            x[m.suppress_begin] = -np.inf
        eot, r0 = v.row[m.s["eot"]], v.row.get(self.ts)
        if self.timestamps:
            x[v.row[m.s["no_timestamps"]]] = -np.inf
            stamp = [t >= self.ts for t in ([self.ts] + self.raw)[-2:]]
            x[r0:r0 + self.last_stamp + (1 if stamp[-1] is False else 0)] = -np.inf
            if stamp[-1] and (len(stamp) == 1 or stamp[0]):        # a segment begins: text
                x[r0:] = -np.inf
            elif stamp[-1]:                                        # a segment has been closed: stamp or end
                x[:eot] = -np.inf
            elif np.logaddexp.reduce(x[r0:]) > x[:r0].max():
                x[:r0] = -np.inf
        elif r0 is not None:
            x[r0:] = -np.inf
        k = int(x.argmax())
        self.margin = min(self.margin, float(x[k] - np.partition(x, -2)[-2]))    # smallest lead over the runner-up
        return int(v.ids[k]), float(lp[k])

    def take(self, t, lp):
        if t == self.m.s["eot"]:
            self.lps.append(lp); self.stop = "end"; return
        self.raw.append(t); self.lps.append(lp)
        if t >= self.ts:
            self.last_stamp = t - self.ts
            if self.last_stamp * 0.02 >= self.seconds - self.END_MARGIN and self.raw[-2:-1] and self.raw[-2] < self.ts:
                self.stop = "stamp"
        else:
            if self.bias:
                self.active = self.bias.advance(self.active, t)
            cut = repeats([t for t in self.raw if t < self.ts])
            if cut:
                while sum(t < self.ts for t in self.raw) > cut:
                    self.raw.pop(); self.lps.pop()
                self.stop = "repeat"
        if not self.stop and len(self.raw) >= self.limit:
            self.stop = "limit"

    def result(self):
        text = [(t, l) for t, l in zip(self.raw, self.lps) if t < self.ts and t != self.m.s["eot"]]
        tokens = [t for t, _ in text]; p = len(self.prompt)
        return Result(tokens=tokens, raw=list(self.raw), text=self.m.vocabulary.text(tokens), logprobs=[l for _, l in text],
                      avg_logprob=float(np.mean([l for _, l in text])) if text else 0.0, no_speech_prob=self.no_speech,
                      end_stamp=self.last_stamp * 0.02 if self.raw and self.raw[-1] >= self.ts else None, stop=self.stop,
                      accepted=self.accepted, margin=self.margin, align=self.state.align[:p + len(self.raw)], prompt=p)


# ---------------------------------------------------------------- word times
def median7(x):
    """Median of 7 along the last axis, mirrored ends (without repeating the edge value)."""
    if x.shape[-1] < 4:
        return x
    p = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(3, 3)], mode="reflect")
    return np.median(np.lib.stride_tricks.sliding_window_view(p, 7, axis=-1), axis=-1)


def dtw(cost):
    """Monotonic path of least cost through [tokens, frames] -> first frame of each token. Steps: both, token, frame;
    on equal cost the diagonal step is preferred, then the token step."""
    n, m = cost.shape
    D = np.full((n + 1, m + 1), np.inf); step = np.zeros((n + 1, m + 1), np.int8); D[0, 0] = 0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            c = (D[i - 1, j - 1], D[i - 1, j], D[i, j - 1])
            k = int(np.argmin(c)); D[i, j] = cost[i - 1, j - 1] + c[k]; step[i, j] = k
    first = np.zeros(n, int); i, j = n, m
    while i > 0 and j > 0:
        first[i - 1] = j - 1
        k = step[i, j]
        i, j = (i - 1, j - 1) if k == 0 else (i - 1, j) if k == 1 else (i, j - 1)
    return first


def words(vocabulary, result, seconds, timestamp_begin):
    """Word start and end times in seconds from the alignment heads' cross-attention (method of OpenAI's whisper:
    normalise over tokens, median filter over time, mean over heads, dynamic time warping)."""
    raw = result.raw; keep = [k for k, t in enumerate(raw) if t < timestamp_begin]
    if not keep:
        return []
    frames = max(4, int(np.ceil(seconds * 50)))
    a = np.stack(result.align[:result.prompt + len(raw)], 1)[:, :, :frames].astype(np.float64)      # [heads, inputs, frames]
    a = a / np.maximum(a.sum(-1, keepdims=True), 1e-12)
    a = (a - a.mean(1, keepdims=True)) / np.maximum(a.std(1, keepdims=True), 1e-9)
    m = median7(a).mean(0)[result.prompt - 1:]             # row k: the input that predicts raw[k]; one more for the end
    m = m[:len(raw) + 1]
    first = dtw(-m)
    times = list(first * 0.02) + [min(seconds, m.shape[1] * 0.02)] * 2
    out = []
    for k in keep:
        piece = vocabulary.bytes.get(raw[k], b"")
        text = piece.strip(b" "); mark = bool(text) and all(c in b".,!?;:%)\"'" for c in text)
        if (piece[:1] == b" " and not (mark and out)) or not out:
            out.append(dict(bytes=piece, start=times[k], end=times[k + 1], logprob=[result.logprobs[keep.index(k)]]))
        else:                                                      # punctuation joins the word but does not lengthen it
            w = out[-1]; w["bytes"] += piece; w["logprob"].append(result.logprobs[keep.index(k)])
            w["end"] = w["end"] if mark else times[k + 1]
    limit = min(seconds, result.end_stamp) if result.end_stamp else seconds
    for w in out:
        w["word"] = w.pop("bytes").decode("utf-8", "replace").strip(); w["logprob"] = float(np.mean(w["logprob"]))
        w["end"] = round(float(w["end"]), 2); w["start"] = round(float(w["start"]), 2)
    out[-1]["end"] = round(float(max(out[-1]["start"] + 0.02, min(out[-1]["end"], limit))), 2)
    return out


def stack(parts, n):
    """Pad [heads, m, 64] arrays to m = n and stack them (no copy for one array that already fits)."""
    if len(parts) == 1 and parts[0].shape[1] == n:
        return parts[0][None]
    out = np.zeros((len(parts),) + (parts[0].shape[0], n, 64), np.float32)
    for b, p in enumerate(parts):
        out[b, :, :p.shape[1]] = p
    return out


def repeats(tokens):
    """Length to keep if the tail is one block repeated too often, else 0 (block of 1: 8 times, 2: 5, 3 and more: 4)."""
    n = len(tokens)
    for p in range(1, 25):
        times = 8 if p == 1 else 5 if p == 2 else 4 if p < 8 else 3
        if n >= p * times and all(tokens[n - p * times + i] == tokens[n - p + i % p] for i in range(p * times - p)):
            return n - p * (times - 1)
    return 0


# ---------------------------------------------------------------- whole utterance
def transcribe(model, samples, language=None, allowed=("en", "fr"), **options):
    """samples (16 kHz) of one utterance -> Result with language, text, words, ... (language None = detect)."""
    cross = model.encode(log_mel(window(samples)))
    confidence = 1.0
    if language is None:
        language, confidence = model.detect(cross, allowed)
    r = model.decode(cross, language, len(samples) / RATE, **options)
    r["language"], r["language_prob"] = language, confidence
    r["words"] = words(model.vocabulary, r, len(samples) / RATE, model.s["timestamp_begin"])
    r["speech"] = is_speech(r)
    return r


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("model"); a.add_argument("audio", nargs="+"); a.add_argument("--language"); a.add_argument("--phrase", action="append")
    a = a.parse_args(); m = Whisper(a.model)
    for f in a.audio:
        offset = 0.0
        for piece in split_long(read_audio(f)):
            bias = Bias(m.vocabulary, a.phrase) if a.phrase else None
            r = transcribe(m, piece, a.language, bias=bias)
            print(f"{f} +{offset:.2f}s [{r.language} {r.language_prob:.2f}] speech={r.speech} avg={r.avg_logprob:.2f} "
                  f"no_speech={r.no_speech_prob:.2f} stop={r.stop}\n {r.text}")
            print("  " + " ".join(f"{w['word']}({w['start'] + offset:.2f}-{w['end'] + offset:.2f})" for w in r.words))
            offset += len(piece) / RATE


if __name__ == "__main__":
    main()
