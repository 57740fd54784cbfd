using System.Collections.Frozen;

namespace SpeechQA.Engine.Language;

/// <summary>
/// French inflection by generation, spelt without accents as all comparison is: a word in -er, -ir or -re is conjugated
/// (the regular groups, and a table of common irregular verbs), any other takes feminine and plural. Tenses of
/// literature are left out.
/// </summary>
internal static class FrenchForms
{
    private static readonly FrozenDictionary<string, string[]> Irregular = FormTable.Of(
        "etre suis es est sommes etes sont etais etait etions etiez etaient serai seras sera serons serez seront serais serait serions "
        + "seriez seraient ete soit soient",
        "avoir ai as a avons avez ont avais avait avions aviez avaient aurai aura aurons aurez auront aurais aurait aurions auriez "
        + "auraient eu aie ait aient",
        "aller vais vas va allons allez vont allais allait allions alliez allaient irai ira irons irez iront irais irait iriez alle allee "
        + "alles allees aille",
        "faire fais fait faisons faites font faisais faisait faisions faisiez faisaient ferai feras fera ferons ferez feront ferais ferait "
        + "feriez faite fasse fassiez",
        "vouloir veux veut voulons voulez veulent voulais voulait voulions vouliez voulaient voudrai voudra voudrais voudrait voudrions "
        + "voudriez voudraient voulu veuille veuillez",
        "pouvoir peux peut pouvons pouvez peuvent pouvais pouvait pouviez pouvaient pourrai pourra pourrez pourrais pourrait pourrions "
        + "pourriez pourraient pu puis puisse puissiez",
        "devoir dois doit devons devez doivent devais devait deviez devaient devrai devra devrez devrais devrait devriez devraient du",
        "savoir sais sait savons savez savent savais savait saviez savaient saurai saura saurez saurais saurait sauriez su sache sachez",
        "voir vois voit voyons voyez voient voyais voyait voyiez voyaient verrai verra verrons verrez verront verrais verrait verriez vu "
        + "vue vus vues",
        "dire dis dit disons dites disent disais disait disiez disaient dirai dira direz diront dirais dirait diriez dite dise disiez",
        "prendre prends prend prenons prenez prennent prenais prenait preniez prenaient prendrai prendra prendrez prendront prendrais "
        + "prendrait prendriez pris prise prises prenne",
        "comprendre comprends comprend comprenons comprenez comprennent comprenais comprenait compreniez comprendrai comprendrez "
        + "comprendrais compris comprise comprenne",
        "mettre mets met mettons mettez mettent mettais mettait mettiez mettaient mettrai mettra mettrez mettront mettrais mettrait "
        + "mettriez mis mise mises mette",
        "venir viens vient venons venez viennent venais venait veniez venaient viendrai viendra viendrez viendront viendrais viendrait "
        + "viendriez venu venue venus venues vienne",
        "partir pars part partons partez partent partais partait partiez partaient partirai partira partirez partirais partirait parti "
        + "partie partis parties parte",
        "sortir sors sort sortons sortez sortent sortais sortait sortiez sortaient sortirai sortira sortirez sortirais sortirait sorti "
        + "sortie sortis sorties sorte",
        "recevoir recois recoit recevons recevez recoivent recevais recevait receviez recevaient recevrai recevra recevrez recevrais recu "
        + "recue recus recues recoive",
        "envoyer envoie envoies envoyons envoyez envoient envoyais envoyait envoyiez envoyaient enverrai enverra enverrez enverront "
        + "enverrais enverrait enverriez envoye envoyee envoyes envoyees",
        "ecrire ecris ecrit ecrivons ecrivez ecrivent ecrivais ecrivait ecriviez ecrirai ecrira ecrirez ecrirais ecrite ecrits ecrites "
        + "ecrive",
        "ouvrir ouvre ouvres ouvrons ouvrez ouvrent ouvrais ouvrait ouvriez ouvrirai ouvrira ouvrirez ouvrirais ouvert ouverte ouverts "
        + "ouvertes",
        "souscrire souscris souscrit souscrivons souscrivez souscrivent souscrivais souscrirai souscrirais souscrite souscrive",
        "poursuivre poursuis poursuit poursuivons poursuivez poursuivent poursuivais poursuivrai poursuivra poursuivrez poursuivrais "
        + "poursuivi poursuivie poursuivis",
        "oeil yeux",
        "monsieur messieurs",
        "madame mesdames");

    private static readonly string[] ErEndings =
    [
        "e", "es", "ons", "ez", "ent", "ais", "ait", "ions", "iez", "aient", "ant", "ee", "ees", "er",
        "erai", "eras", "era", "erons", "erez", "eront", "erais", "erait", "erions", "eriez", "eraient",
    ];

    private static readonly string[] IrEndings =
    [
        "is", "it", "issons", "issez", "issent", "issais", "issait", "issions", "issiez", "issaient", "issant", "isse", "i", "ie", "ies",
            "ir",
        "irai", "iras", "ira", "irons", "irez", "iront", "irais", "irait", "irions", "iriez", "iraient",
    ];

    private static readonly string[] ReEndings =
    [
        "s", "", "ons", "ez", "ent", "ais", "ait", "ions", "iez", "aient", "ant", "e", "u", "ue", "us", "ues", "re",
        "rai", "ras", "ra", "rons", "rez", "ront", "rais", "rait", "rions", "riez", "raient",
    ];

    /// <summary>Endings of feminine and plural by the ending of the masculine singular; the first that fits is taken.</summary>
    private static readonly (string Ending, string[] Replaced)[] Nominal =
    [
        ("eux", ["euse", "euses"]),
        ("trice", ["trices"]),
        ("teur", ["teurs", "trice", "trices", "teuse"]),
        ("eur", ["eurs", "eure", "eures", "euse", "euses"]),
        ("if", ["ifs", "ive", "ives"]),
        ("el", ["els", "elle", "elles"]),
        ("il", ["ils", "ille", "illes"]),
        ("en", ["ens", "enne", "ennes"]),
        ("on", ["ons", "onne", "onnes"]),
        ("al", ["als", "aux", "ale", "ales"]),
        ("eau", ["eaux", "elle", "elles"]),
        ("et", ["ets", "ette", "ettes", "ete"]),
        ("c", ["cs", "que", "ques", "che", "ches"]),
    ];

    public static IReadOnlySet<string> Of(string word)
    {
        var folded = WordNormalizer.FoldWord(word);
        var forms = new HashSet<string>(StringComparer.Ordinal) { folded };
        if (Irregular.TryGetValue(folded, out var group)) forms.UnionWith(group);
        else if (word.EndsWith('é')) forms.UnionWith([folded + "e", folded + "s", folded + "es"]);
        else if (folded.Length > 3 && folded.EndsWith("er")) Er(folded[..^2], forms);
        else if (folded.Length > 3 && folded.EndsWith("ir")) forms.UnionWith(IrEndings.Select(e => folded[..^2] + e));
        else if (folded.Length > 4 && folded.EndsWith("dre")) forms.UnionWith(ReEndings.Select(e => folded[..^2] + e));
        else Agree(folded, forms);
        return forms;
    }

    private static void Er(string stem, HashSet<string> forms)
    {
        forms.UnionWith(ErEndings.Select(e => stem + e));
        forms.UnionWith([stem + "ere", stem + "eres", stem + "ers"]); // conseiller, conseillère
        if (stem[^1] == 'g') forms.UnionWith([stem + "eons", stem + "eais", stem + "eait", stem + "eaient", stem + "eant"]);
        if (stem[^1] == 'y') forms.UnionWith(Silent.Select(e => stem[..^1] + "i" + e));
        if (stem.EndsWith("el") || stem.EndsWith("et")) forms.UnionWith(Silent.Select(e => stem + stem[^1] + e)); // appelle, jette
    }

    /// <summary>The endings of -er verbs before which the stem changes (envoie, appelle).</summary>
    private static IEnumerable<string> Silent => ErEndings.Where(e => e is "e" or "es" or "ent" || e.StartsWith("er") && e.Length > 2);

    private static void Agree(string word, HashSet<string> forms)
    {
        foreach (var (ending, replaced) in Nominal)
        {
            if (word.Length <= ending.Length + 1 || !word.EndsWith(ending, StringComparison.Ordinal)) continue;
            forms.UnionWith(replaced.Select(e => word[..^ending.Length] + e));
            return;
        }
        if (word.EndsWith('e')) forms.Add(word + "s");
        else if (word.EndsWith('s') || word.EndsWith('x')) forms.UnionWith([word + "e", word + "es"]);
        else forms.UnionWith([word + "s", word + "e", word + "es"]);
    }
}
