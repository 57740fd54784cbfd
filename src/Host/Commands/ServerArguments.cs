using System.CommandLine;
using System.Globalization;
using System.Net;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Commands;

/// <summary>The options of commands that start a server.</summary>
internal sealed class ServerArguments
{
    /// <summary>Where the token is taken from when no option gives it: an option can be seen in the list of processes.</summary>
    public const string TokenVariable = "SPEECHQA_TOKEN";

    private static readonly ServerOptions Defaults = new();

    private readonly Option<string> _urls = new("--urls")
    {
        Description = "HTTP addresses, separated by ';'",
        HelpName = "URLS",
        DefaultValueFactory = _ => Defaults.Urls,
    };

    private readonly Option<string> _rtpAddress = new("--rtp-address")
    {
        Description = "Address of this machine on which RTP is received",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => Defaults.RtpAddress,
    };

    private readonly Option<string> _rtpPorts = new("--rtp-ports")
    {
        Description = "Range of UDP ports; a call takes four",
        HelpName = "FIRST-LAST",
        DefaultValueFactory = _ => $"{Defaults.RtpPorts.First}-{Defaults.RtpPorts.Last}",
    };

    private readonly Option<int> _maxCalls = new("--max-calls")
    {
        Description = "Calls that may be open at a time",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.MaxCalls,
    };

    private readonly Option<bool> _noPartials = new("--no-partials")
    {
        Description = "Text and phrase alerts with the final text only, at a quarter of the recognition",
    };

    private readonly Option<string?> _rtpPublicAddress = new("--rtp-public-address")
    {
        Description = "Address that callers are told to send RTP to, where it is not --rtp-address (address translation, several networks)",
        HelpName = "ADDRESS",
    };

    private readonly Option<string[]> _token = new("--token")
    {
        Description =
            $"Token that API, hub and metrics ask for, with the name of its owner; better given as {TokenVariable}. May be repeated. "
            + "Needed for any address that is not loopback",
        HelpName = "[NAME=]TOKEN",
    };

    /// <summary>Adds the options to a command.</summary>
    public ServerArguments(Command command)
    {
        _urls.Validators.Add(r =>
        {
            foreach (var url in Split(r.GetValueOrDefault<string>()))
                if (!IsHttp(url)) r.AddError($"--urls {url}: write for example http://127.0.0.1:5080");
        });
        _rtpAddress.Validators.Add(r =>
        {
            if (!IPAddress.TryParse(r.GetValueOrDefault<string>(), out _)) r.AddError("--rtp-address: give an IP address of this machine");
        });
        _rtpPublicAddress.Validators.Add(r =>
        {
            if (!IPAddress.TryParse(r.GetValueOrDefault<string?>(), out var told) || told.Equals(IPAddress.Any)
                || told.Equals(IPAddress.IPv6Any))
                r.AddError("--rtp-public-address: give the IP address that callers send to");
        });
        _rtpPorts.Validators.Add(r =>
        {
            if (Ports(r.GetValueOrDefault<string>()) is null)
                r.AddError("--rtp-ports: write FIRST-LAST within 1024-65535, at least two ports");
        });
        _maxCalls.Validators.Add(r => r.InRange(1, 10_000));
        foreach (var option in new Option[] { _urls, _rtpAddress, _rtpPublicAddress, _rtpPorts, _maxCalls, _noPartials, _token })
            command.Options.Add(option);
    }

    /// <exception cref="UsageException">An address that is not loopback without a token.</exception>
    public ServerOptions Read(ParseResult parse)
    {
        var options = new ServerOptions
        {
            Urls = parse.GetValue(_urls)!,
            RtpAddress = parse.GetValue(_rtpAddress)!,
            RtpPublicAddress = parse.GetValue(_rtpPublicAddress),
            RtpPorts = Ports(parse.GetValue(_rtpPorts))!.Value,
            MaxCalls = parse.GetValue(_maxCalls),
            Partials = !parse.GetValue(_noPartials),
            Tokens = TokensOf(parse.GetValue(_token)),
        };
        if (options.Tokens.Count == 0 && Split(options.Urls).FirstOrDefault(u => !AccessGuard.IsLoopback(HostOf(u))) is { } open)
            throw Unprotected(open);
        if (options.Tokens.Count == 0 && !IPAddress.IsLoopback(IPAddress.Parse(options.RtpAddress)))
            throw Unprotected($"RTP address {options.RtpAddress}");
        return options;
    }

    /// <summary>The given token without its owner's name, or the first of the environment; null when neither says anything.</summary>
    public static string? TokenOf(string? given) => TokensOf(given is null ? null : [given]).FirstOrDefault()?.Value;

    private static IReadOnlyList<AccessToken> TokensOf(string[]? given) =>
        new[] { string.Join(' ', given ?? []), Environment.GetEnvironmentVariable(TokenVariable) }.Select(AccessToken.ReadAll)
            .FirstOrDefault(t => t.Count > 0) ?? [];

    private static UsageException Unprotected(string what) =>
        new($"{what} can be reached from other machines; set a token with {TokenVariable} or --token, or use 127.0.0.1");

    private static string[] Split(string? urls) =>
        (urls ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } some
            ? some
            : [""];

    // Kestrel also takes '*' and '+' for all addresses, which no Uri does.
    private static string HostOf(string url)
    {
        var rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('/')[0];
        return rest.StartsWith('[') ? rest[..(rest.IndexOf(']') + 1)] : rest.Split(':')[0];
    }

    private static bool IsHttp(string url) =>
        (url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && Uri.TryCreate(url.Replace("*", "any").Replace("+", "any"), UriKind.Absolute, out var uri) && uri.PathAndQuery == "/";

    private static (int First, int Last)? Ports(string? range)
    {
        var ends = (range ?? "").Split('-', StringSplitOptions.TrimEntries);
        return ends.Length == 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first >= 1024 && last <= ushort.MaxValue && first + first % 2 < last
            ? (first, last)
            : null;
    }
}
