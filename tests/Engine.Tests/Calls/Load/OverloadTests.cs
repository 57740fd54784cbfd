using Microsoft.Extensions.Time.Testing;
using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Tests.Fakes;

namespace SpeechQA.Engine.Tests.Calls.Load;

public sealed class OverloadTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedRecognizer _recognizer = new(_ => []);

    private Overload Open(OverloadLimits? limits = null) => new(_recognizer, _time, limits);

    private WaitingFinal Final(long call = 1) => new(call, _time.GetTimestamp(), new CancellationTokenSource());

    [Theory]
    [InlineData(0.9, 0.19, LoadStep.None)]
    [InlineData(1, 0, LoadStep.HalfPartials)]
    [InlineData(0, 0.2, LoadStep.HalfPartials)]
    [InlineData(2, 0, LoadStep.FewPartials)]
    [InlineData(0, 0.3, LoadStep.FewPartials)]
    [InlineData(4, 0, LoadStep.NoPartials)]
    [InlineData(0, 0.4, LoadStep.NoPartials)]
    [InlineData(8, 0, LoadStep.WideInflection)]
    [InlineData(0, 0.6, LoadStep.WideInflection)]
    [InlineData(32, 1, LoadStep.WideInflection)]
    [InlineData(33, 0, LoadStep.ShedFinals)]
    [InlineData(0, 1.01, LoadStep.ShedFinals)]
    public void What_is_given_up_at_which_backlog(double waiting, double wait, object step) =>
        Assert.Equal((LoadStep)step, Open().StepOf(waiting, waiting, wait));

    [Fact]
    public void Every_step_is_passed_before_a_final_is_shed_however_the_backlog_grows()
    {
        var many = Open();
        var bySize = new List<LoadStep> { many.Step };
        for (var i = 0; i < 32; i++)
        {
            many.Enter(Final(i));
            bySize.Add(many.Step);
        }
        var old = Open();
        var final = Final();
        old.Enter(final);
        var byAge = new List<LoadStep>();
        for (; !final.IsShed; _time.Advance(TimeSpan.FromSeconds(0.1)), old.Relieve()) byAge.Add(old.Step);

        LoadStep[] order = [LoadStep.None, LoadStep.HalfPartials, LoadStep.FewPartials, LoadStep.NoPartials, LoadStep.WideInflection];
        Assert.Equal(order, bySize.Distinct());
        Assert.Equal([LoadStep.HalfPartials, .. order[2..]], byAge.Distinct()); // one final waits: half of the partials
        Assert.Equal(LoadStep.None, old.Step);
    }

    [Fact]
    public void Of_too_many_finals_the_call_opened_first_loses_its_oldest()
    {
        var overload = Open(new OverloadLimits { FinalsPerWorker = 16 });
        var finals = new List<WaitingFinal>();
        for (var i = 0; i < 18; i++)
        {
            finals.Add(Final(call: i is 4 or 9 ? 1 : 2 + i % 3));
            overload.Enter(finals[^1]);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }
        Assert.Equal([4, 9], Enumerable.Range(0, 18).Where(i => finals[i].IsShed));
        Assert.All(finals, f => Assert.Equal(f.IsShed, f.Cancel.IsCancellationRequested));
        Assert.Equal(16, overload.Waiting);
    }

    [Fact]
    public void What_a_worker_has_begun_is_not_shed()
    {
        var overload = Open();
        var (begun, waits, early) = (Final(), Final(), Final());
        overload.Begin(early); // while it was only the likely final
        foreach (var final in new[] { begun, waits, early }) overload.Enter(final);
        overload.Begin(begun);
        Assert.Equal(1, overload.Waiting);
        _time.Advance(TimeSpan.FromSeconds(5.1));
        overload.Relieve();
        Assert.Equal((false, true, false), (begun.IsShed, waits.IsShed, early.IsShed));
        Assert.Equal(0, overload.Waiting);
    }

    [Fact]
    public void Recordings_and_measurements_in_audio_time_give_nothing_up()
    {
        var overload = Open();
        _recognizer.Backlog = 1000;
        CallLoad Of(bool live, bool audioTime) =>
            CallLoad.Of(new CallOptions
            {
                Live = live,
                Legs = [new(Party.Agent)],
                Partials = new PartialOptions { InAudioTime = audioTime }
            }, overload);
        Assert.Equal((long.MaxValue, true), (Of(true, false).PartialStride, Of(true, false).WidensInflection));
        foreach (var load in new[] { Of(false, false), Of(true, true) })
        {
            var final = load.NewFinal(_time.GetTimestamp(), new CancellationTokenSource());
            load.Enter(final);
            _time.Advance(TimeSpan.FromMinutes(1));
            load.Relieve();
            Assert.Equal((1, false, false), (load.PartialStride, load.WidensInflection, final.IsShed));
        }
    }

    [Fact]
    public void Limits_that_would_turn_the_order_around_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Open(new OverloadLimits { FinalsPerWorker = 15 }));

    /// <summary>Random arrivals, workers of random speed, calls that end: whatever comes is begun, taken back or shed, once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nothing_is_lost_silently(int seed)
    {
        var random = new Random(seed);
        var overload = Open();
        var all = new List<WaitingFinal>();
        var waiting = new List<WaitingFinal>();
        var (begun, left) = (0, 0);
        for (var i = 0; i < 5000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(200)));
            overload.Relieve();
            waiting.RemoveAll(f => f.IsShed);
            var busy = i / 500 % 2 == 0;
            switch (random.Next(busy ? 6 : 12))
            {
                case < 4:
                    var final = Final(random.Next(40));
                    all.Add(final);
                    waiting.Add(final);
                    overload.Enter(final);
                    break;
                case 4 when waiting.Count > 0:
                    var gone = waiting[random.Next(waiting.Count)];
                    waiting.Remove(gone);
                    overload.Leave(gone);
                    left++;
                    break;
                default:
                    if (waiting.Count == 0) break;
                    overload.Begin(waiting[0]);
                    waiting.RemoveAt(0);
                    begun++;
                    break;
            }
            overload.Relieve();
            waiting.RemoveAll(f => f.IsShed);
            Assert.Equal(waiting.Count, overload.Waiting);
            Assert.True(waiting.Count <= 32);
            Assert.All(waiting, f => Assert.True(_time.GetElapsedTime(f.Queued) <= TimeSpan.FromSeconds(5)));
        }
        var shed = all.Count(f => f.IsShed);
        Assert.True(shed > 100 && begun > 100);
        Assert.Equal(all.Count, waiting.Count + begun + left + shed);
        Assert.Equal(shed, all.Count(f => f.Cancel.IsCancellationRequested));
        Assert.DoesNotContain(all, f => f is { IsShed: true, HasBegun: true });
    }
}
