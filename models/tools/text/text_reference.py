"""Reference for the bilingual text model: tokenizer, embedding, semantic rules, sentiment of a call.

Plain Python + numpy + onnxruntime.  The tokenizer uses no library, so that it can be ported line by line
(TOKENIZER.md gives the same steps in words; tests/Engine.Tests/Assets/text/golden.json holds the vectors to check a port against).

    m = TextModel("path/to/models/text")
    m.embed(["je voudrais résilier"])             # float32 [1, 384], length 1
    rule = SemanticRule(m, examples, counters).calibrate_texts(background, 0.01)   # background = background.json
    rule.fires("i want to close my account")
"""
import json
import math
import os
import unicodedata

import numpy as np


# ------------------------------------------------------------------ tokenizer
class Tokenizer:
    PAD, UNK, CLS, SEP = 0, 1, 2, 3
    MAX_WORD = 100          # a longer word is one [UNK]

    def __init__(self, folder, max_len=64):
        with open(os.path.join(folder, "vocab.txt"), encoding="utf-8") as f:
            self.pieces = f.read().split("\n")[:-1]
        self.ids = {p: i for i, p in enumerate(self.pieces)}
        with open(os.path.join(folder, "fold.json"), encoding="utf-8") as f:
            self.fold = json.load(f)
        self.max_len = max_len

    def normalize(self, text):
        """Lower case without accents; typographic quotes and dashes made ASCII."""
        out = []
        for ch in text:                                   # by code point
            if ch in self.fold:
                out.append(self.fold[ch])
                continue
            c = ord(ch)
            cat = unicodedata.category(ch)
            if c == 0 or c == 0xFFFD or 0x300 <= c <= 0x36F:
                continue                                  # NUL, replacement, combining marks
            if ch in "\t\n\r" or cat in ("Zs", "Zl", "Zp"):
                out.append(" ")
            elif cat in ("Cc", "Cf"):
                continue                                  # control and format characters
            else:
                low = ch.lower()
                out.append(low if len(low) == 1 else ch)
        return "".join(out)

    def words(self, normalized):
        """Split at spaces; each punctuation mark or symbol is a word of its own."""
        out, cur = [], []
        for ch in normalized:
            if ch == " ":
                if cur:
                    out.append("".join(cur)); cur = []
            elif unicodedata.category(ch)[0] in "PS":
                if cur:
                    out.append("".join(cur)); cur = []
                out.append(ch)
            else:
                cur.append(ch)
        if cur:
            out.append("".join(cur))
        return out

    def pieces_of(self, word):
        """Greedy longest match from the left; the whole word is [UNK] if one step fails."""
        if len(word) > self.MAX_WORD:
            return [self.UNK]
        out, start = [], 0
        while start < len(word):
            end = len(word)
            while end > start:
                p = word[start:end] if start == 0 else "##" + word[start:end]
                if p in self.ids:
                    break
                end -= 1
            if end == start:
                return [self.UNK]
            out.append(self.ids[p])
            start = end
        return out

    def encode(self, text):
        ids = []
        for w in self.words(self.normalize(text)):
            ids += self.pieces_of(w)
        return [self.CLS] + ids[: self.max_len - 2] + [self.SEP]

    def batch(self, texts):
        rows = [self.encode(t) for t in texts]
        n = max(len(r) for r in rows)
        ids = np.zeros((len(rows), n), np.int64)
        mask = np.zeros((len(rows), n), np.int64)
        for i, r in enumerate(rows):
            ids[i, : len(r)] = r
            mask[i, : len(r)] = 1
        return ids, mask


# ---------------------------------------------------------------------- model
class TextModel:
    def __init__(self, folder, threads=1):
        import onnxruntime as ort
        so = ort.SessionOptions()
        so.intra_op_num_threads = threads
        so.inter_op_num_threads = 1
        self.session = ort.InferenceSession(os.path.join(folder, "text.onnx"), so, providers=["CPUExecutionProvider"])
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as f:
            self.config = json.load(f)
        self.tokenizer = Tokenizer(folder, self.config["max_tokens"])
        self.intent_names = [x["name"] for x in self.config["intents"]]
        self.thresholds = np.array([x["threshold"] for x in self.config["intents"]], np.float32)

    def run(self, texts):
        """embedding [b,384], sentiment [b] in -1..1, sentiment_probs [b,3] (neg, neu, pos), intents [b,k] in 0..1.

        One text per call of the session: dynamic 8-bit quantisation takes its scale from the whole batch, so
        only single-utterance calls give results that do not depend on the neighbours."""
        parts = []
        for t in texts:
            ids, mask = self.tokenizer.batch([t])
            parts.append(self.session.run(["embedding", "sentiment", "sentiment_probs", "intents"],
                                          {"input_ids": ids, "attention_mask": mask}))
        return tuple(np.concatenate(p) for p in zip(*parts))

    def embed(self, texts):
        return self.run(texts)[0]


# ------------------------------------------------------------- semantic rules
class SemanticRule:
    """Fires when an utterance means what the examples mean.

    All vectors are centred first: v = (e - center) / |e - center|, center = config.json rule.center.
    score = P + CENTROID * C - W * max(0, N - P + M)
      P  mean of the TOP largest cosines with the examples
      C  cosine with the mean of the example vectors
      N  largest cosine with a counter-example (no such term without counter-examples)
    Threshold: see calibrate()."""
    TOP, CENTROID, W, M = 3, 1.0, 1.0, -0.1

    def __init__(self, model, examples, counters=()):
        self.model = model
        self.center = np.array(model.config["rule"]["center"], np.float32)
        self.set_vectors(model.embed(list(examples)), model.embed(list(counters)) if len(counters) else None)

    def set_vectors(self, pos, neg):
        self.pos = self.centred(pos)
        self.neg = self.centred(neg) if neg is not None and len(neg) else None
        c = self.pos.mean(0)
        self.centroid = c / np.linalg.norm(c)
        self.threshold = None

    def centred(self, e):
        v = e - self.center
        return v / np.linalg.norm(v, axis=1, keepdims=True)

    def _score(self, v, pos, centroid):
        sim = np.sort(v @ pos.T, axis=1)[:, ::-1]
        p = sim[:, : self.TOP].mean(1)
        s = p + self.CENTROID * (v @ centroid)
        if self.neg is not None:
            n = (v @ self.neg.T).max(1)
            s = s - self.W * np.maximum(0.0, n - p + self.M)
        return s

    def score_vectors(self, e):
        return self._score(self.centred(e), self.pos, self.centroid)

    def leave_one_out(self):
        """Score of each example against the others: what a new utterance with this meaning may be expected to reach."""
        out = []
        for i in range(len(self.pos)):
            rest = np.delete(self.pos, i, 0)
            c = rest.mean(0)
            out.append(self._score(self.pos[i : i + 1], rest, c / np.linalg.norm(c))[0])
        return np.array(out)

    def calibrate(self, vectors, labels, false_alarm=0.01):
        """Threshold = smallest score that at most false_alarm of the background utterances exceed.

        The background (background.json) contains ordinary talk and groups of utterances with a known meaning.  A group
        whose median score lies above the middle between the background median and the median leave-one-out score of
        the examples has the meaning of the rule itself: it is left out."""
        s = self.score_vectors(vectors)
        labels = np.array(labels)
        if len(self.pos) >= 3:
            middle = (np.median(s) + np.median(self.leave_one_out())) / 2
            for g in set(labels) - {"none", "near"}:
                if np.median(s[labels == g]) > middle:
                    s, labels = s[labels != g], labels[labels != g]
        s = np.sort(s)
        self.threshold = float(s[max(int(math.ceil((1.0 - false_alarm) * len(s))) - 1, 0)])
        return self

    def calibrate_texts(self, background, false_alarm=0.01):
        return self.calibrate(self.model.embed([b["text"] for b in background]), [b["label"] for b in background], false_alarm)

    def fires(self, text):
        return bool(self.score_vectors(self.model.embed([text]))[0] > self.threshold)


# ------------------------------------------------------- sentiment of a call
class CallSentiment:
    """Smooths the utterance sentiments of one speaker over a call.

    Each utterance moves the level by 1 - exp(-words / TAU) of the way to its own score: short answers ("yes")
    hardly count.  Scores within +-DEAD are taken as 0 so that neutral talk pulls back slowly to neutral."""
    TAU, DEAD = 25.0, 0.10

    def __init__(self):
        self.level = 0.0
        self.lowest = 0.0
        self.history = []

    def add(self, score, word_count):
        x = 0.0 if abs(score) < self.DEAD else float(score)
        a = 1.0 - math.exp(-word_count / self.TAU)
        self.level += a * (x - self.level)
        self.lowest = min(self.lowest, self.level)
        self.history.append(self.level)
        return self.level

    def trend(self, n=6):
        """Difference between the mean of the last n levels and of the n before (0 while too short)."""
        h = self.history
        return 0.0 if len(h) < 2 * n else float(np.mean(h[-n:]) - np.mean(h[-2 * n:-n]))
