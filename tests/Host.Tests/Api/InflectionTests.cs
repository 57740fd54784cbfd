using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Host.Tests.Fakes;

namespace SpeechQA.Host.Tests.Api;

/// <summary>Whose voice is judged is seen in the API.</summary>
public sealed class InflectionTests
{
    [Theory]
    [InlineData(false, "customer")]
    [InlineData(true, "agent", "customer")]
    public async Task ACallSaysWhoseVoiceIsJudged(bool agent, params string[] judged)
    {
        var sessions = new ModelSessions(ModelFolder.Find());
        var setup = new EngineSetup(SileroModel.Open(sessions.Folder), new FixedRecognizer(), TestServer.RulesOf(TestServer.Rule),
            ["en"], TimeProvider.System, null, new InflectionOptions(null, agent), owned: sessions);
        await using var server = await TestServer.StartAsync(setup);
        var id = (await server.OpenAsync()).GetProperty("id").GetString();
        var shown = (await server.GetAsync($"api/calls/{id}")).GetProperty("call");
        Assert.Equal(judged, shown.GetProperty("inflection").EnumerateArray().Select(p => p.GetString()));
        var events = (await server.GetAsync($"api/calls/{id}/events")).GetProperty("events");
        Assert.Equal(judged, events[0].GetProperty("description").GetProperty("inflection").EnumerateArray().Select(p => p.GetString()));
    }

    [Fact]
    public void TheModelsLicenceIsSaidAndNoneNeedsNoModel()
    {
        using var sessions = new ModelSessions(ModelFolder.Find());
        using var head = InflectionHead.Open(null, sessions);
        Assert.NotNull(head.Model);
        Assert.Contains("not cleared for commercial use", head.Notice);
        Assert.Contains("CC BY-NC-SA", head.Notice);
        using var none = InflectionHead.Open("none", sessions);
        Assert.Equal((null, null), (none.Model, none.Notice));
    }

    [Fact]
    public void AnotherHeadIsAFolder()
    {
        using var sessions = new ModelSessions(ModelFolder.Find());
        using var head = InflectionHead.Open(Path.Combine(sessions.Folder.Path, "inflection"), sessions);
        Assert.NotNull(head.Model);
        Assert.Contains("config.json", Assert.Throws<Engine.Core.BadInputException>(() => InflectionHead.Open("/nowhere", sessions))
            .Message);
    }
}
