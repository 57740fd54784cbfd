using SpeechQA.Engine.Core;
using SpeechQA.Engine.Tests.Fakes;

namespace SpeechQA.Engine.Tests.Core;

public sealed class UnattendedWorkTests
{
    private readonly FaultLog _log = new();

    [Fact]
    public async Task A_fault_is_logged_and_goes_no_further()
    {
        Assert.False(UnattendedWork.Run("test", _log, () => throw new InvalidOperationException("at once")));
        await UnattendedWork.RunAsync("test", _log, async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("later");
        });
        await UnattendedWork.RunAsync("test", _log, () => throw new InvalidOperationException("before it began"));
        Assert.Equal(["at once", "later", "before it began"], _log.Faults);
    }

    [Fact]
    public async Task The_end_of_work_and_its_cancellation_are_no_faults()
    {
        Assert.True(UnattendedWork.Run("test", _log, () => { }));
        await UnattendedWork.RunAsync("test", _log, () => Task.FromCanceled(new CancellationToken(true)));
        Assert.Empty(_log.Faults);
    }
}
