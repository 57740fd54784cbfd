"""Writes expected outputs for 20 windows and three streams (tests/Engine.Tests/Assets/inflection).
  python make_golden.py ROOT MODEL_DIR OUT      ROOT: a folder with samples/audio and data/inflection (RAVDESS, not shipped)"""
import csv, json, os, sys
import numpy as np, soundfile as sf
import inflection_reference as R, prosody_reference as P
root, model_dir, out = sys.argv[1:4]
os.makedirs(out, exist_ok=True)
M = R.Model(model_dir)


def cut(seg):
    x, sr = sf.read(os.path.join(root, seg['file']), dtype='float32', always_2d=True)
    assert sr == 8000
    x = x[seg['start']:seg['start'] + seg['count'], seg.get('channel', 0)]
    return np.pad(x, (0, seg['count'] - len(x))).astype(np.float32)


def rnd(v, n=5):
    return None if v is None or (isinstance(v, float) and not np.isfinite(v)) else (round(float(v), n) if isinstance(v, (float, np.floating)) else v)


def window(x):
    e, z = M.run(x)
    f, _, _ = P.window_facts(P.Frames(np.pad(x, (P.SEG - P.HOP, 0))), 0, 300)
    d = R.frame_levels(x)
    a = R.activity(d, float(np.sort(d)[len(d) // 10]))
    return dict(logits={k: round(v, 4) for k, v in z.items()}, embedding=[round(float(v), 4) for v in e],
                activity=dict(active_s=rnd(a[0]), level_dbov=rnd(a[1]), noise_dbov=rnd(a[2]), new_active_s=rnd(a[3])), prosody={k: rnd(v, 4) for k, v in f.items()})


def streaming(x):
    rows, pro = [], []
    facts = list(P.stream(x))
    for r in R.stream(M, x, facts=facts):
        rows.append(dict(t=r['t'], usable=r['usable'], active_s=rnd(r['active_s'], 3), snr_db=rnd(r['snr_db'], 3), **(
            dict(logits={k: round(v, 4) for k, v in r['logits'].items()}, relative={k: round(v, 4) for k, v in r['relative'].items()}, p={k: round(v, 5) for k, v in r['p'].items()}, score=round(r['score'], 5)) if r['usable'] else {}), on=r['on'], fired=r["fired"], watch=r["watch"]))
    for f in facts:
        pro.append({k: rnd(v, 4) for k, v in f.items()})
    return rows, pro


rows = lambda d: list(csv.DictReader(open(os.path.join(root, 'data/inflection', d, 'labels.csv'), encoding='utf-8')))
# Windows: two per sample call, both parties, raised turns where there are any (audio of the project's own, free to copy into tests).
segs = []
for name in sorted(f[:-11] for f in os.listdir(os.path.join(root, 'samples/audio')) if f.endswith('.truth.json')):
    truth = json.load(open(os.path.join(root, f'samples/audio/{name}.truth.json'), encoding='utf-8'))
    longest = lambda party, raised: max((u for u in truth['utterances'] if u['party'] == party and u['raised'] in raised), key=lambda u: u['end'] - u['start'])
    hot = any(u['raised'] for u in truth['utterances'])
    for channel, u, label in ((0, longest('agent', (False,)), 'agent'), (1, longest('customer', (hot,)), 'raised' if hot else 'calm customer')):
        segs.append(dict(file=f'samples/audio/{name}.wav', channel=channel, start=int(u['start'] * 8000), count=24000, label=label))
segs = segs[:20]
json.dump([dict(s, **window(cut(s))) for s in segs], open(out + '/windows.json', 'w'), indent=0)
x = cut(segs[0])
R.logmel(R.upsample(x)).astype('<f4').tofile(out + '/mel_window0.f32')
whole = lambda name: [dict(file=f'samples/audio/{name}.wav', channel=1, start=0, count=sf.info(os.path.join(root, f'samples/audio/{name}.wav')).frames // 4000 * 4000)]
L = [r for r in rows('ravdess') if r['speaker'] == '05']
calm = [r for r in L if r['emotion'] in ('neutral', 'calm')][:8]
hot = [r for r in L if r['emotion'] == 'anger'][4:8]
acted = []
for r in calm + hot + calm[:3]:
    f = 'data/inflection/' + r['file'].strip()
    acted.append(dict(file=f, channel=0, start=4000, count=min(24000, sf.info(os.path.join(root, f)).frames - 4000)))
for name, parts in (('stream_en-03', whole('en-03-insurance-legal')), ('stream_fr-03', whole('fr-03-assurance-avocat')), ('stream_calm_angry_calm', acted)):
    r, p = streaming(np.concatenate([cut(s) for s in parts]))
    json.dump(dict(parts=parts, note='parts joined without gaps', results=r, prosody=p), open(f'{out}/{name}.json', 'w'), indent=0)
    print(name, len(r), 'fired at', [q['t'] for q in r if q['fired']], 'watch at', [q['t'] for q in r if q['watch']], 'raised at', [q['t'] for q in p if q['raised_voice']][:3])
print(len(segs), 'windows')
