using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Host.Tests.Live;

/// <summary>A leg that sends a codec which is not decoded, and one that sends nothing: over real ports.</summary>
public sealed class LineWarningTests
{
    [Fact]
    public async Task A_codec_that_is_not_decoded_is_an_event_a_metric_and_in_the_facts()
    {
        await using var server = await TestServer.StartAsync();
        var call = await server.OpenAsync();
        var id = call.GetProperty("id").GetString()!;
        await SendAsync(call.GetProperty("legs")[1].GetProperty("rtpPort").GetInt32(), payloadType: 18, length: 20);

        var told = await server.EventAsync(id, "line.warning");
        Assert.Equal((1, "customer", "undecodable-codec", 0.0, false),
            (told.GetProperty("leg").GetInt32(), told.GetProperty("party").GetString(),
            told.GetProperty("kind").GetString(), told.GetProperty("start").GetDouble(), told.GetProperty("over").GetBoolean()));
        Assert.Contains("G.729", told.GetProperty("cause").GetString());
        Assert.NotEmpty(told.GetProperty("remedy").GetString()!);
        var shown = Assert.Single((await server.GetAsync($"api/calls/{id}")).GetProperty("call").GetProperty("warnings").EnumerateArray());
        Assert.Equal("undecodable-codec", shown.GetProperty("kind").GetString());

        using var ended = await server.Http.DeleteAsync($"api/calls/{id}");
        var facts = (await server.EventAsync(id, "call.scored")).GetProperty("facts").GetProperty("warnings");
        Assert.Equal(["0 no-packets", "1 undecodable-codec"], facts.EnumerateArray()
            .Select(w => $"{w.GetProperty("leg")} {w.GetProperty("kind").GetString()}"));
        Assert.NotEqual(JsonValueKind.Null, facts[1].GetProperty("seconds").ValueKind);
        Assert.True(ValueOf(await server.Http.GetStringAsync("metrics"), "undecodable-codec") >= 1);
    }

    private static double ValueOf(string metrics, string kind) => metrics.Split('\n')
        .Where(l => l.StartsWith("speechqa_line_warnings_total{", StringComparison.Ordinal)
            && l.Contains($"kind=\"{kind}\"", StringComparison.Ordinal))
        .Sum(l => double.Parse(l[(l.IndexOf('}') + 1)..].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));

    private static async Task SendAsync(int port, byte payloadType, int length)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var datagram = new byte[12 + length];
        for (var i = 0; i < 20; i++)
        {
            RtpPacket.WriteHeader(datagram, marker: false, payloadType, (ushort)i, (uint)(i * 160), 7);
            await socket.SendToAsync(datagram, new IPEndPoint(IPAddress.Loopback, port));
            await Task.Delay(1);
        }
    }
}
