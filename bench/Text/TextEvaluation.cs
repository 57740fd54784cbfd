using SpeechQA.Engine.TextModels;

namespace SpeechQA.Bench.Text;

/// <summary>
/// What <c>evaluate text</c> measures: the tables of the text model's card through the program's own code, as
/// <c>models/tools/text/evaluate.py</c> makes them. Rules are made of the dev utterances of a meaning, thresholds come from
/// dev alone, figures from test.
/// </summary>
internal sealed class TextEvaluation
{
    private static readonly string[] Languages = ["en", "fr"];
    private static readonly string[] RuleMethods = ["rule_no_counter", "rule", "rule_other_language", "rule_both_languages"];

    private readonly TextModel _model;
    private readonly IReadOnlyList<TextUtterance> _rows;
    private readonly TextVectors _vectors;
    private readonly TextVectors _heard;
    private readonly string[] _trained;
    private readonly string[] _untrained;
    private readonly List<TextFigure> _figures = [];

    /// <summary>Reads all utterances with the model.</summary>
    public TextEvaluation(TextModel model, IReadOnlyList<TextUtterance> rows)
    {
        (_model, _rows) = (model, rows);
        _vectors = TextVectors.Of(model, rows.Select(r => r.Text));
        _heard = TextVectors.Of(model, rows.Select(r => r.Heard));
        _trained = [.. model.Intents.Select(i => i.Name)];
        _untrained = [.. rows.Select(r => r.Meaning).Where(m => m != "none").Distinct().Except(_trained)];
    }

    /// <summary>All figures in the order of the card.</summary>
    public IReadOnlyList<TextFigure> Run()
    {
        Methods("17 meanings", _trained, [.. RuleMethods, "head", "rule OR head"]);
        Methods("5 meanings never trained", _untrained, RuleMethods);
        Exact("17 meanings, exact", _trained, [.. RuleMethods, "head"]);
        Exact("5 meanings never trained, exact", _untrained, RuleMethods);
        Calibrated("17 trained", _trained);
        Calibrated("5 never trained", _untrained);
        PerMeaning();
        Unlike();
        Heard();
        Shipped();
        Sentiment();
        return _figures;
    }

    private void Methods(string table, string[] meanings, string[] methods)
    {
        foreach (var method in methods)
        {
            foreach (var language in Languages)
            {
                foreach (var share in new[] { 0.01, 0.002 })
                {
                    var (found, wrong, near, strict) = (new Share(), new Share(), new Share(), new Share());
                    foreach (var meaning in meanings)
                    {
                        var hits = method.Split(" OR ").Select(m => Hits(meaning, language, m, share)).ToList();
                        bool Hit(int i) => hits.Exists(h => h(i));
                        found.Add(Positives(meaning, language), Hit);
                        wrong.Add(Negatives(meaning, language, dev: false), Hit);
                        strict.Add(Negatives(meaning, language, dev: false, strict: true), Hit);
                        near.Add(NearMisses(meaning, language), Hit);
                    }
                    var row = FormattableString.Invariant($"{method} {language} {share * 100:0.0}%");
                    Add(table, row, ("recall", found), ("FA", wrong), ("near-miss FA", near), ("FA strict", strict));
                }
            }
        }
    }

    /// <summary>Recall at exactly so many false alarms on test: what the scores could separate, whatever the thresholds.</summary>
    private void Exact(string table, string[] meanings, string[] methods)
    {
        foreach (var method in methods)
        {
            foreach (var language in Languages)
            {
                var (right, wrong) = (new List<double>(), new List<double>());
                foreach (var meaning in meanings)
                {
                    var score = Score(meaning, language, method);
                    double Value(int i) => method == "head" ? Math.Log(score(i) + 1e-6) - Math.Log(1 - score(i) + 1e-6) : score(i);
                    // Centred on the 99 % point of the background; the unit is its distance to the median.
                    double[] background = [.. Negatives(meaning, language, dev: true).Where(i => _rows[i].NearMissOf != meaning)
                        .Select(Value).Order()];
                    var (high, middle) = (Quantile(background, 0.99), Quantile(background, 0.5));
                    right.AddRange(Positives(meaning, language).Select(i => (Value(i) - high) / (high - middle + 1e-6)));
                    wrong.AddRange(Negatives(meaning, language, dev: false).Select(i => (Value(i) - high) / (high - middle + 1e-6)));
                }
                foreach (var share in new[] { 0.01, 0.002 })
                {
                    var threshold = Threshold(wrong, share);
                    Add(table, method, FormattableString.Invariant($"{language} {share * 100:0.#} %"),
                        right.Count(v => v > threshold) * 100.0 / right.Count);
                }
            }
        }
    }

    /// <summary>Rules as the engine sets their thresholds: on a background of both languages, their own meaning left out.</summary>
    private void Calibrated(string title, string[] meanings)
    {
        int[] dev = [.. Indices(r => r.IsDev)];
        var background = new TextBackground(_model, [.. dev.Select(i => _rows[i]).Select(r =>
            new BackgroundUtterance(r.Text, r.Language, r.Meaning != "none" ? r.Meaning : r.NearMissOf.Length > 0 ? "near" : "none"))]);
        foreach (var same in new[] { true, false })
        {
            foreach (var language in Languages)
            {
                var (found, wrong, near) = (new Share(), new Share(), new Share());
                foreach (var meaning in meanings)
                {
                    bool Own(TextUtterance r) => r.IsDev && (r.Language == language) == same
                        && (r.Meaning == meaning || r.NearMissOf == meaning);
                    var rule = SemanticRule.Compile(_model, Texts(r => Own(r) && r.Meaning == meaning),
                        Texts(r => Own(r) && r.NearMissOf == meaning),
                        falseAlarm: 0.01, background: background.Where(i => !Own(_rows[dev[i]])));
                    bool Hit(int i) => rule.Fires(_vectors.Embeddings[i]);
                    found.Add(Positives(meaning, language), Hit);
                    wrong.Add(Negatives(meaning, language, dev: false), Hit);
                    near.Add(NearMisses(meaning, language), Hit);
                }
                Add("as calibrated", $"{title}, {(same ? "same" : "other")} language, {language}", ("recall", found), ("FA", wrong),
                    ("near-miss FA", near));
            }
        }
    }

    private void PerMeaning()
    {
        foreach (var meaning in _trained.Concat(_untrained))
        {
            foreach (var method in _trained.Contains(meaning) ? new[] { "rule", "head" } : ["rule"])
            {
                foreach (var language in Languages)
                {
                    var found = new Share();
                    found.Add(Positives(meaning, language), Hits(meaning, language, method, 0.01));
                    Add("per meaning", meaning, ($"{method} {language}", found));
                }
            }
        }
    }

    /// <summary>Utterances that share at most 35 % of their words with a template of the training.</summary>
    private void Unlike()
    {
        foreach (var language in Languages)
        {
            foreach (var method in new[] { "rule", "head" })
            {
                var found = new Share();
                foreach (var meaning in _trained)
                    found.Add(Positives(meaning, language).Where(i => _rows[i].Overlap <= 0.35), Hits(meaning, language, method, 0.01));
                Add("unlike the templates", language, (method, found));
            }
        }
    }

    private void Heard()
    {
        foreach (var language in Languages)
        {
            var (rule, head, ruleWrong, headWrong) = (new Share(), new Share(), new Share(), new Share());
            foreach (var meaning in _trained)
            {
                var (byRule, byHead) = (Hits(meaning, language, "rule", 0.01, _heard), Hits(meaning, language, "head", 0.01, _heard));
                rule.Add(Positives(meaning, language), byRule);
                head.Add(Positives(meaning, language), byHead);
                ruleWrong.Add(Negatives(meaning, language, dev: false), byRule);
                headWrong.Add(Negatives(meaning, language, dev: false), byHead);
            }
            Add("with recognition errors", language, ("rule", rule), ("head", head), ("rule FA", ruleWrong), ("head FA", headWrong));
        }
    }

    private void Shipped()
    {
        foreach (var language in Languages)
        {
            var (found, wrong, near) = (new Share(), new Share(), new Share());
            for (var head = 0; head < _trained.Length; head++)
            {
                var (column, threshold) = (head, _model.Intents[head].Threshold);
                bool Hit(int i) => _vectors.Intents[i][column] > threshold;
                found.Add(Positives(_trained[head], language), Hit);
                wrong.Add(Negatives(_trained[head], language, dev: false), Hit);
                near.Add(NearMisses(_trained[head], language), Hit);
            }
            Add("head thresholds shipped", language, ("recall", found), ("FA", wrong), ("near-miss FA", near));
        }
    }

    private void Sentiment()
    {
        string[] names = ["neg F1", "neu F1", "pos F1"];
        foreach (var language in Languages)
        {
            var test = Indices(r => !r.IsDev && r.Language == language).ToList();
            Add("sentiment", language, "accuracy", test.Count(i => _vectors.Sentiments[i] == _rows[i].Sentiment) * 100.0 / test.Count);
            double[] f1 = [.. Enumerable.Range(0, 3).Select(c =>
                100 * 2.0 * test.Count(i => _vectors.Sentiments[i] == c && _rows[i].Sentiment == c)
                / Math.Max(1, test.Count(i => _vectors.Sentiments[i] == c) + test.Count(i => _rows[i].Sentiment == c)))];
            Add("sentiment", language, "macro-F1", f1.Average());
            for (var c = 0; c < 3; c++) Add("sentiment", language, names[c], f1[c]);
        }
    }

    /// <summary>Whether an utterance is found, with the threshold that dev gives.</summary>
    /// <param name="of">What is scored; null: the utterances as written.</param>
    private Func<int, bool> Hits(string meaning, string language, string method, double share, TextVectors? of = null)
    {
        var written = Score(meaning, language, method);
        var calm = Negatives(meaning, language, dev: true);
        // The counter-examples themselves say nothing about unseen near misses.
        if (method != "head") calm = calm.Where(i => _rows[i].NearMissOf != meaning);
        var threshold = Threshold([.. calm.Select(i => (double)written(i))], share);
        var score = of is null ? written : Score(meaning, language, method, of);
        return i => score(i) > threshold;
    }

    private Func<int, float> Score(string meaning, string language, string method, TextVectors? of = null)
    {
        of ??= _vectors;
        if (method == "head")
        {
            var head = Array.IndexOf(_trained, meaning);
            return i => of.Intents[i][head];
        }
        bool Fits(TextUtterance r) => r.IsDev && method switch
        {
            "rule_both_languages" => true,
            "rule_other_language" => r.Language != language,
            _ => r.Language == language,
        };
        var rule = SemanticRule.Compile(_model, Texts(r => Fits(r) && r.Meaning == meaning),
            method == "rule_no_counter" ? [] : Texts(r => Fits(r) && r.NearMissOf == meaning), threshold: 0);
        return i => rule.Score(of.Embeddings[i]);
    }

    private IEnumerable<int> Positives(string meaning, string language) =>
        Indices(r => !r.IsDev && r.Language == language && r.Meaning == meaning);

    private IEnumerable<int> NearMisses(string meaning, string language) =>
        Indices(r => !r.IsDev && r.Language == language && r.NearMissOf == meaning);

    private IEnumerable<int> Negatives(string meaning, string language, bool dev, bool strict = false) =>
        Indices(r => r.IsDev == dev && r.Language == language && r.Meaning != meaning
            && (strict || !CompatibleMeanings.May(meaning, r.Meaning)));

    private IEnumerable<int> Indices(Func<TextUtterance, bool> wanted) => Enumerable.Range(0, _rows.Count).Where(i => wanted(_rows[i]));

    private List<string> Texts(Func<TextUtterance, bool> wanted) => [.. _rows.Where(wanted).Select(r => r.Text)];

    /// <summary>The smallest score that at most this share exceeds.</summary>
    private static double Threshold(IReadOnlyCollection<double> scores, double share) =>
        scores.Order().ElementAt((int)Math.Ceiling((1 - share) * scores.Count) - 1);

    // Linear between the two nearest.
    private static double Quantile(double[] sorted, double q)
    {
        var at = q * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    private void Add(string table, string row, string column, double percent) => _figures.Add(new TextFigure(table, row, column, percent));

    private void Add(string table, string row, params (string Column, Share Share)[] figures)
    {
        foreach (var (column, share) in figures) Add(table, row, column, share.Percent);
    }

    /// <summary>Counts how many of some are hit.</summary>
    private sealed class Share
    {
        private int _all, _hit;

        public double Percent => _hit * 100.0 / Math.Max(1, _all);

        public void Add(IEnumerable<int> of, Func<int, bool> hit)
        {
            foreach (var i in of)
            {
                _all++;
                if (hit(i)) _hit++;
            }
        }
    }
}
