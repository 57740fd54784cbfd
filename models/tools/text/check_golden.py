"""Checks the reference (or a new runtime / processor) against golden.json: python check_golden.py ../../text"""
import json
import os
import sys

import numpy as np

from text_reference import CallSentiment, SemanticRule, TextModel

here = os.path.dirname(os.path.abspath(__file__)); folder = sys.argv[1]
g = json.load(open(os.path.join(here, "../../../tests/Engine.Tests/Assets/text/golden.json"), encoding="utf-8")); m = TextModel(folder)
bad = [x["text"] for x in g["tokenizer"] if m.tokenizer.encode(x["text"]) != x["ids"] or m.tokenizer.normalize(x["text"]) != x["normalized"]]
print("tokenizer:", len(g["tokenizer"]) - len(bad), "of", len(g["tokenizer"]), "equal", bad)
e, s, p, it = m.run([x["text"] for x in g["embeddings"]])
print("embedding, largest difference of the first 8 values: %.5f" % max(np.abs(e[i][:8] - x["first8"]).max() for i, x in enumerate(g["embeddings"])))
print("similarities: %.5f" % max(abs(float(e[i] @ e[0]) - x["similarity_to_first"]) for i, x in enumerate(g["embeddings"])))
print("sentiment: %.5f  intents: %.5f" % (max(abs(s[i] - x["sentiment"]) for i, x in enumerate(g["embeddings"])), max(np.abs(it[i] - x["intents"]).max() for i, x in enumerate(g["embeddings"]))))
r = SemanticRule(m, g["rule"]["examples"], g["rule"]["counter_examples"]).calibrate_texts(json.load(open(os.path.join(folder, "background.json"), encoding="utf-8")), .01)
v = r.score_vectors(m.embed([x["text"] for x in g["rule"]["scores"]]))
print("rule threshold: %.5f  scores: %.5f" % (abs(r.threshold - g["rule"]["threshold"]), max(abs(v[i] - x["score"]) for i, x in enumerate(g["rule"]["scores"]))))
c = CallSentiment(); print("call sentiment: %.7f" % max(abs(c.add(x["score"], x["words"]) - x["level"]) for x in g["call_sentiment"]))
