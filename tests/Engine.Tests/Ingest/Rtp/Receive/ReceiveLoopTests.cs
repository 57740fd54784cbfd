using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Tests.Ingest.Rtp.Receive;

/// <summary>One leg of four fails in one of the ways that are possible: it says so once, and the others are heard on.</summary>
public sealed class ReceiveLoopTests : IDisposable
{
    private const int Bad = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static int _firstPort = 43_000;

    private readonly PortPool _pool;
    private readonly ReceiveLoop _loop = new();
    private readonly FailureCount _failures = new();
    private readonly ListLogger _log = new();
    private readonly Breakable _time = new();
    private readonly List<RtpPorts> _ports = [];
    private readonly List<LegPipe> _pipes = [];
    private readonly List<RtpEndpoint> _endpoints = [];
    private readonly UdpClient _sender = new(new IPEndPoint(IPAddress.Loopback, 0));
    private int _sent;

    public ReceiveLoopTests()
    {
        var first = Interlocked.Add(ref _firstPort, 20);
        _pool = new PortPool(IPAddress.Loopback, first, first + 19, TimeProvider.System);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(PortOutcome.Opened, _pool.TryOpen(out var ports));
            _ports.Add(ports!);
            _pipes.Add(new LegPipe(8_000));
            var time = i == Bad ? _time : TimeProvider.System;
            _endpoints.Add(new RtpEndpoint(ports!, _pipes[i], PayloadMap.Usual, time, new RtpReceiverOptions { Logger = _log }, _loop));
        }
    }

    [Fact]
    public async Task ASocketThatIsDisposedUnderTheLoop()
    {
        await HeardAsync(_endpoints);
        _ports[Bad].Rtp.Dispose();
        await FailsAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task ASocketOfRtcpThatIsDisposedUnderTheLoop()
    {
        await HeardAsync(_endpoints);
        _ports[Bad].Rtcp.Dispose();
        await FailsAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task WhatIsCalledForAPacketThrows()
    {
        await HeardAsync(_endpoints);
        _endpoints[Bad].TelephoneEventReceived = _ => throw new InvalidOperationException("told");
        var key = new RtpBuilder { PayloadType = 101, Timestamp = (uint)(_sent * 160), Ssrc = 1, Payload = [5, 0x8A, 0, 160] };
        for (var i = 0; i < 3; i++) _sender.Send((key with { Sequence = (ushort)(_sent + i) }).Build(), To(Bad));
        await FailsAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task TheClockOfALegThrows()
    {
        await HeardAsync(_endpoints);
        _time.IsBroken = true;
        await FailsAsync<NotSupportedException>();
    }

    [Fact]
    public async Task AllButOneMayFail()
    {
        await HeardAsync(_endpoints);
        foreach (var ports in _ports[..3]) ports.Rtp.Dispose();
        await Until(() => _endpoints[..3].All(e => e.Fault is not null));
        await HeardAsync([_endpoints[3]]);
        Assert.Equal((3, 3), (_failures.Count, _log.Lines.Count));
        _endpoints[3].Dispose();
        Assert.False(_loop.Round());
    }

    [Fact]
    public async Task PortsThatAreClosedAsTheyShouldAreNoFailure()
    {
        await HeardAsync(_endpoints);
        _endpoints[Bad].Dispose();
        await HeardAsync([_endpoints[0], _endpoints[2], _endpoints[3]]);
        Assert.Null(_endpoints[Bad].Fault);
        Assert.Equal((0, 0), (_failures.Count, _log.Lines.Count));
    }

    public void Dispose()
    {
        foreach (var endpoint in _endpoints) endpoint.Dispose();
        _sender.Dispose();
        _failures.Dispose();
    }

    /// <summary>The bad leg tells its fault once and its pipe can still be completed; the others hear what comes.</summary>
    private async Task FailsAsync<T>()
        where T : Exception
    {
        await Until(() => _endpoints[Bad].Fault is not null);
        Assert.IsType<T>(_endpoints[Bad].Fault);
        var others = _endpoints.Where((_, i) => i != Bad).ToList();
        await HeardAsync(others);
        Assert.All(others, e => Assert.Null(e.Fault));
        _time.IsBroken = false;
        await HeardAsync(others);
        Assert.Equal((1, 1), (_failures.Count, _log.Lines.Count));
        Assert.Contains($"port {_endpoints[Bad].Port}", _log.Lines[0], StringComparison.Ordinal);
        _endpoints[Bad].Dispose();
        _ = new LegDrain().Finish(_pipes[Bad]);
    }

    private async Task HeardAsync(IReadOnlyList<RtpEndpoint> endpoints)
    {
        var before = endpoints.Select(e => e.Statistics.Received).ToList();
        for (var i = 0; i < 10; i++, _sent++)
            for (var leg = 0; leg < _endpoints.Count; leg++)
                _sender.Send(new RtpBuilder { Sequence = (ushort)_sent, Timestamp = (uint)(_sent * 160), Ssrc = 1 }.Build(), To(leg));
        await Until(() => endpoints.Zip(before).All(e => e.First.Statistics.Received == e.Second + 10));
    }

    private IPEndPoint To(int leg) => new(IPAddress.Loopback, _endpoints[leg].Port);

    private static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Delay(5, limit.Token);
    }

    private sealed class Breakable : TimeProvider
    {
        public volatile bool IsBroken;

        public override long GetTimestamp() => IsBroken ? throw new NotSupportedException("no clock") : base.GetTimestamp();
    }

    private sealed class ListLogger : ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines) return [.. _lines];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (_lines) _lines.Add(formatter(state, exception));
        }
    }

    /// <summary>Failures of receiving since it began; no other tests of this process have any.</summary>
    private sealed class FailureCount : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public FailureCount()
        {
            _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            {
                foreach (var tag in tags)
                    if (tag is { Key: "place", Value: "receive" }) Interlocked.Add(ref _count, (int)count);
            });
            _listener.EnableMeasurementEvents(EngineMetrics.Failures);
        }

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
