using SpeechQA.Engine.Language;

namespace SpeechQA.Engine.Tests.Rules.Phrases;

public sealed class WordFormsTests
{
    [Theory]
    [InlineData("en", "cancel", "cancels cancelled canceled cancelling canceling")]
    [InlineData("en", "close", "closes closed closing")]
    [InlineData("en", "stop", "stops stopped stopping")]
    [InlineData("en", "policy", "policies")]
    [InlineData("en", "leave", "leaves left leaving")]
    [InlineData("en", "apologise", "apologized apologizing apologised")]
    [InlineData("fr", "résilier", "resilie resiliez resilierai resilions resiliee resilierait")]
    [InlineData("fr", "appeler", "appelle appelez appele appellerai appelons")]
    [InlineData("fr", "vouloir", "veux voudrais voulez")]
    [InlineData("fr", "rendre", "rends rendez rendu rendrai")]
    [InlineData("fr", "saisir", "saisis saisirai saisissez")]
    [InlineData("fr", "envoyer", "envoie enverrai envoyez")]
    [InlineData("fr", "directeur", "directrice directeurs")]
    [InlineData("fr", "remboursé", "remboursee rembourses")]
    [InlineData("fr", "furieux", "furieuse")]
    public void A_word_has_its_forms(string language, string word, string forms)
    {
        var found = SpokenLanguage.Find(language)!.FormsOf(word);
        Assert.Contains(WordNormalizer.FoldWord(word), found);
        Assert.All(forms.Split(' '), form => Assert.Contains(form, found));
    }

    [Theory]
    [InlineData("en", "service", "serve servant serving")]
    [InlineData("en", "cancel", "cancer cancellation council")]
    [InlineData("en", "policy", "police polite")]
    [InlineData("en", "see", "sea seed")]
    [InlineData("fr", "service", "servir servi sert")]
    [InlineData("fr", "compte", "conte compter comptez")]
    [InlineData("fr", "avocat", "avocette avoir")]
    public void And_no_others(string language, string word, string others)
    {
        var found = SpokenLanguage.Find(language)!.FormsOf(word);
        Assert.All(others.Split(' '), other => Assert.DoesNotContain(other, found));
    }
}
