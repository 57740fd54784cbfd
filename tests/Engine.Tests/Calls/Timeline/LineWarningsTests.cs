using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Tests.Calls.Timeline;

public sealed class LineWarningsTests
{
    private readonly LineWarnings _warnings = new(2);

    private LineNote? Pass(double seconds, int leg = 0) => _warnings.Take(new TimePassed(leg, Party.Agent, AudioTime.Position(seconds)));

    private LineNote? Speak(double seconds, int leg = 0)
    {
        var end = AudioTime.Position(seconds);
        return _warnings.Take(new UtteranceSpoken(new Utterance(leg, Party.Agent, 0, end - 16_000, end, "yes", "en", 1, [])
        {
            Decided = end,
            Clock = default
        }));
    }

    private LineNote? End(double seconds, int leg = 0) => _warnings.Take(new LegEnded(leg, Party.Agent, AudioTime.Position(seconds)));

    private static LineNote Note(string kind, int? leg = 0, double start = 0, double? seconds = null, bool over = false,
        string cause = "c") => new(new SoundWarning(leg, Party.Agent, kind, start, seconds, cause, "r"), over);

    [Fact]
    public void Each_kind_is_told_once_for_a_leg_and_its_length_later()
    {
        Assert.NotNull(_warnings.Take(Note("a")));
        Assert.Null(_warnings.Take(Note("a", seconds: 4)));
        Assert.NotNull(_warnings.Take(Note("a", leg: 1)));
        Assert.NotNull(_warnings.Take(Note("b")));
        Assert.Equal([(0, "a", 4.0), (0, "b", null), (1, "a", null)], _warnings.All.Select(w => (w.Leg!.Value, w.Kind, w.Seconds)));
    }

    [Fact]
    public void A_source_may_have_several_of_a_kind()
    {
        Assert.NotNull(_warnings.Take(Note("a", leg: null, cause: "x")));
        Assert.NotNull(_warnings.Take(Note("a", leg: null, cause: "y")));
        Assert.Null(_warnings.Take(Note("a", leg: null, cause: "y")));
    }

    [Fact]
    public void What_is_over_is_told_once_and_gone()
    {
        Assert.Null(_warnings.Take(Note("a", over: true)));
        _warnings.Take(Note("a"));
        Assert.True(_warnings.Take(Note("a", seconds: 3, over: true))!.Over);
        Assert.Empty(_warnings.All);
    }

    [Fact]
    public void A_leg_without_a_word_in_a_minute_is_told_until_it_speaks()
    {
        Assert.Null(Pass(59.9));
        Assert.Equal(SoundWarningKind.NoiseOnly, Pass(60)!.Warning.Kind);
        Assert.Null(Pass(61));
        Assert.True(Speak(70)!.Over);
        Assert.Null(Pass(200));
        Assert.Null(End(201));
        Assert.Empty(_warnings.All);
    }

    [Fact]
    public void A_leg_that_ends_without_a_word_is_told_unless_its_silence_is_explained()
    {
        Assert.Null(End(0.5));
        Assert.Equal(8.0, End(8)!.Warning.Seconds);
        _warnings.Take(Note(SoundWarningKind.SilentLine, leg: 1));
        Assert.Null(End(8, leg: 1));
        _warnings.Take(Note(SoundWarningKind.Encrypted));
        Assert.Equal([SoundWarningKind.Encrypted, SoundWarningKind.SilentLine], _warnings.All.Select(w => w.Kind));
    }

    [Fact]
    public void A_voice_whose_words_are_not_known_is_a_voice()
    {
        Assert.Null(_warnings.Take(new NotSpeech(0, Party.Agent, 16_000, 0, 16_000) { IsVoice = true }));
        Assert.Null(End(90));
    }
}
