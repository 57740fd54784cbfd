#!/usr/bin/env python3
"""Write tests/Engine.Tests/Assets/whisper (or compare with --check): expected values of whisper_reference.py for the engine.

    python make_golden.py ../../whisper-base ../../../tests/Engine.Tests/Assets/asr            writes them
    python make_golden.py ../../whisper-base ../../../tests/Engine.Tests/Assets/asr --check    compares (--mark: also records "stable")
"""
import json, os, sys
import numpy as np, soundfile
import whisper_reference as wr

model_dir, data = sys.argv[1:3]; check = "--check" in sys.argv
here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../tests/Engine.Tests/Assets/whisper")
PICK = """asterisk_en/agent-alreadyon.flac en|asterisk_en/agent-incorrect.flac en|asterisk_en/conf-onlyperson.flac en
asterisk_en/digits/12.flac en|asterisk_en/digits/tomorrow.flac en|asterisk_en/privacy-unident.flac en
asterisk_en/call-forwarding.flac en|asterisk_en/confbridge-remove-last-out.flac en|asterisk_en/number-not-answering.flac en
asterisk_en/phonetic/e_p.flac en|asterisk_en/digits/billion.flac en|asterisk_en/dir-firstlast.flac en
asterisk_fr/agent-alreadyon.flac fr|asterisk_fr/agent-pass.flac fr|asterisk_fr/conf-now-recording.flac fr
asterisk_fr/conf-unlockednow.flac fr|asterisk_fr/all-circuits-busy-now.flac fr|asterisk_fr/vm-whichbox.flac fr
asterisk_fr/dictate/both_help.flac fr|asterisk_fr/phonetic/u_p.flac fr|asterisk_fr/confbridge-conf-begin.flac fr
asterisk_fr/agent-loginok.flac fr|fsdd_digits_8k/7_lucas_0.flac en|fsdd_digits_8k/6_jackson_0.flac en
fsdd_digits_8k/9_jackson_0.flac en|pocketsphinx_test/goforward.flac en|pocketsphinx_test/cards/005.flac en
asr_misc/picovoice_test_fr.flac fr|asr_misc/libri_7902-96591-0000.flac en|asr_misc/google_brooklyn.flac en""".replace("\n", "|").split("|")
m = wr.Whisper(model_dir); v = m.vocabulary
r5 = lambda x: [round(float(y), 5) for y in np.ravel(x)]


def utterance(name, language, first=0, last=None):
    path = os.path.join(data, name); info = soundfile.info(path); last = last or info.frames
    x, rate = soundfile.read(path, dtype="float32"); x = x[first:last]
    y = wr.upsample2(x) if rate == 8000 else x
    raw = wr.log_mel_raw(wr.window(y)); mel = wr.normalise(raw); cross = m.encode(mel)
    r = m.decode(cross, language, len(y) / wr.RATE); w = wr.words(v, r, len(y) / wr.RATE, m.s["timestamp_begin"])
    detected, p = m.detect(cross); each, end = m.score(cross, language, r.tokens)
    F = mel.shape[1]; rows = sorted({0, 1, 25, F // 4, F // 2, F - 1}); T = cross[0].shape[1]
    pos = list(range(1000, min(1016, len(y))))
    return dict(file=name, rate=rate, first_sample=first, last_sample=last, language=language, seconds=len(y) / wr.RATE,
                samples_16k=dict(first=pos[0], values=r5(y[pos])), window_seconds=F / 100,
                mel=dict(frames=F, mean=float(mel.mean()), std=float(mel.std()), max=float(mel.max()), raw_max=float(raw.max()),
                         columns={str(k): r5(mel[:, k]) for k in rows}),
                encoder=dict(time=T, stats={f"cross_{c}_{i}": r5([cross[2 * i + j].mean(), cross[2 * i + j].std()]) for i in range(m.L) for j, c in enumerate("kv")},
                             cross_k_0_head0_t10=r5(cross[0][0, 10]), cross_v_5_head3_t20=r5(cross[2 * m.L - 1][3, 20])),
                detected=detected, detected_prob=round(p, 5), no_speech_prob=round(r.no_speech_prob, 5), raw=r.raw, tokens=r.tokens, text=r.text,
                logprobs=r5(r.logprobs), avg_logprob=round(r.avg_logprob, 5), stop=r.stop, end_stamp=r.end_stamp, speech=bool(wr.is_speech(r)), margin=round(r.margin, 3),
                words=[dict(word=a["word"], start=a["start"], end=a["end"], logprob=round(a["logprob"], 4)) for a in w],
                score=dict(logprobs=r5(each), end=round(end, 5))), y, mel, cross, r


out, keep = [], {}
for k, p in enumerate(PICK):
    name, language = p.split(" ")
    g, y, mel, cross, r = utterance(name, language)
    out.append(g); keep[name] = (y, mel, cross, r)
    print(f"{name:45} {g['stop']:6} {g['avg_logprob']:7.3f} {g['text']}")

# non-speech made from formulas (samples at 16 kHz), for the gate
t = np.arange(3 * wr.RATE) / wr.RATE; non = []
for name, x in (("silence: 48000 zeros", np.zeros(len(t))), ("0.1 sin(2 pi 440 t) + 0.1 sin(2 pi 480 t), 3 s", 0.1 * (np.sin(2 * np.pi * 440 * t) + np.sin(2 * np.pi * 480 * t))),
                ("0.03 (sin 50 Hz + sin 100 Hz + sin 150 Hz), 3 s", 0.03 * sum(np.sin(2 * np.pi * f * t) for f in (50, 100, 150)))):
    c = m.encode(wr.log_mel(wr.window(x.astype(np.float32))))
    for language in ("en", "fr"):
        r = m.decode(c, language, 3.0)
        non.append(dict(audio=name, language=language, text=r.text, no_speech_prob=round(r.no_speech_prob, 4), avg_logprob=round(r.avg_logprob, 4), speech=bool(wr.is_speech(r))))

# bias, draft, batch, byte-pair encoding
first = PICK[0].split(" ")[0]; y, mel, cross, r = keep[first]
name = "asterisk_fr/dictate/both_help.flac"; yf, _, cf, rf = keep[name]
phrases = ["appuyez sur étoile", "dièse"]; b = wr.Bias(v, phrases); rb = m.decode(cf, "fr", len(yf) / wr.RATE, bias=b)
half = y[:int(len(y) * 0.6)]; rp = m.decode(m.encode(wr.log_mel(wr.window(half))), "en", len(half) / wr.RATE)
draft = [x for x in rp.raw if x < m.s["timestamp_begin"]]; rd = m.decode(cross, "en", len(y) / wr.RATE, draft=draft)
four = [PICK[i].split(" ") for i in (0, 2, 13, 20)]
rbatch = m.decode_batch([wr.Job(m, keep[n][2], l, len(keep[n][0]) / wr.RATE) for n, l in four])
extra = dict(
    bias=dict(file=name, language="fr", phrases=phrases, boost=b.boost, start=b.start, tokens={p: v.encode(" " + p) for p in phrases}, without=rf.text, text=rb.text, tokens_out=rb.tokens, avg_logprob=round(rb.avg_logprob, 5)),
    draft=dict(file=first, partial_seconds=len(half) / wr.RATE, partial_text=rp.text, draft=draft, accepted=rd.accepted, tokens=rd.tokens, equals_scratch=rd.tokens == r.tokens),
    batch=[dict(file=n, tokens=q.tokens, equals_alone=q.tokens == keep[n][3].tokens, avg_logprob=round(q.avg_logprob, 5)) for (n, _), q in zip(four, rbatch)],
    encode={s: v.encode(s) for s in (" Hello world", "I'm calling about my invoice number 1234.", " Je voudrais résilier mon abonnement, s'il vous plaît !", "quarante-deux  euros", " déjà-vu aujourd'hui")},
    non_speech=non)
logits = m.run([m.start(cross, 64)], [m.prompt("en")])[0]; top = np.argsort(-logits[-1])[:8]
extra["first_step"] = dict(file=first, prompt=m.prompt("en"), top_ids=[int(v.ids[k]) for k in top], top_logits=r5(logits[-1][top]), logsumexp=round(float(np.log(np.exp(logits[-1].astype(np.float64)).sum())), 5))


def put(name, j):
    open(os.path.join(here, name), "w", encoding="utf-8", newline="\n").write(json.dumps(j, ensure_ascii=False, indent=None, separators=(",", ":")).replace('},{"file"', '},\n{"file"') + "\n")


if check:
    old = json.load(open(os.path.join(here, "utterances.json"), encoding="utf-8")); bad = 0; worst = 0.0
    for a, b in zip(old, out):
        d = abs(a["avg_logprob"] - b["avg_logprob"]); worst = max(worst, d)
        if a["tokens"] != b["tokens"]:
            bad += 1; print("DIFFERS", a["file"], "|", a["text"], "|", b["text"])
        a["stable"] = a["tokens"] == b["tokens"]
    if "--mark" in sys.argv:
        put("utterances.json", old)
    print(f"{len(out)} utterances, {bad} with other tokens, largest difference of the average log-probability {worst:.4f}")
else:
    os.makedirs(here, exist_ok=True)
    put("utterances.json", out); put("features.json", extra)
    mel.astype("<f4").tofile(os.path.join(here, "agent-alreadyon.mel.f32"))
    np.stack(r.align, 1).astype("<f4").tofile(os.path.join(here, "agent-alreadyon.align.f32"))
    print("mel", mel.shape, "align", np.stack(r.align, 1).shape, "raw", len(r.raw))
