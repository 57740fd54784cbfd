using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Tests.Fakes;

namespace SpeechQA.Engine.Tests.Speech.Recognition;

public sealed class RecognizerInFrontTests
{
    private sealed class Front(ISpeechRecognizer inner) : RecognizerInFront(inner);

    /// <summary>What it did not pass on would be the interface's default, which no compiler tells.</summary>
    [Fact]
    public void Everything_is_passed_on()
    {
        var members = typeof(Front).GetInterfaceMap(typeof(ISpeechRecognizer)).TargetMethods;
        Assert.NotEmpty(members);
        Assert.All(members, m => Assert.Equal(typeof(RecognizerInFront), m.DeclaringType));
    }

    [Fact]
    public async Task How_busy_the_recogniser_is_is_known_in_front_of_it()
    {
        var inner = new ScriptedRecognizer(_ => []) { IsBusy = true, Backlog = 3 };
        await using var front = new Front(inner);
        Assert.Equal((true, 3), (front.IsBusy, front.Backlog));
    }
}
