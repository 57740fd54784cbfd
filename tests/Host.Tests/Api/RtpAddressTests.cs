using System.Net;
using SpeechQA.Host.Api;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Tests.Api;

/// <summary>A caller is told an address that it can send to.</summary>
public sealed class RtpAddressTests
{
    [Theory]
    [InlineData("192.0.2.5", "127.0.0.1", "192.0.2.5")]
    [InlineData("0.0.0.0", "192.0.2.7", "192.0.2.7")]
    [InlineData("0.0.0.0", "::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("0.0.0.0", "::1", "127.0.0.1")]
    [InlineData("::", "2001:db8::7", "2001:db8::7")]
    [InlineData("::", "127.0.0.1", "::1")]
    public void It_is_the_one_asked_where_ports_are_open_on_all(string bound, string asked, string told) =>
        Assert.Equal(told, RtpAddressTold.Of(IPAddress.Parse(bound), new ServerOptions(), IPAddress.Parse(asked)).ToString());

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    public void The_public_address_goes_before_all_others(string bound) =>
        Assert.Equal("203.0.113.9", RtpAddressTold.Of(IPAddress.Parse(bound), new ServerOptions { RtpPublicAddress = "203.0.113.9" },
            IPAddress.Loopback).ToString());

    [Fact]
    public async Task Opening_and_looking_tell_the_same()
    {
        await using var server = await TestServer.StartAsync(new ServerOptions { RtpAddress = "0.0.0.0" });
        var opened = await server.OpenAsync("pbx-1");
        var shown = await server.GetAsync($"api/calls/{opened.GetProperty("id").GetString()}");
        Assert.Equal("127.0.0.1", opened.GetProperty("legs")[0].GetProperty("address").GetString());
        Assert.Equal(opened.GetProperty("legs").GetRawText(), shown.GetProperty("legs").GetRawText());
    }
}
