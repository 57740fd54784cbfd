using System.Net;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Host.Calls;

namespace SpeechQA.Host.Api;

/// <summary>Turns a <see cref="CallRequest"/> into a <see cref="CallPlan"/>, or says everything that is wrong with it at once.</summary>
internal sealed class CallRequestReader(IReadOnlyList<string> languages)
{
    /// <summary>Longest text of a request, characters.</summary>
    public const int LongestText = 128;

    private const int TelephoneEvent = 101;
    private const int ComfortNoise = 13;

    private readonly List<FieldError> _errors = [];

    /// <exception cref="ApiProblem">400 with all errors.</exception>
    public static CallPlan Read(CallRequest request, IReadOnlyList<string> languages) => new CallRequestReader(languages).Read(request);

    private CallPlan Read(CallRequest request)
    {
        Text(request.CallId, "callId");
        Text(request.Caller, "caller");
        Text(request.Agent, "agent");
        Text(request.Queue, "queue");
        var language = request.Language ?? "auto";
        if (language != "auto" && !languages.Contains(language))
            Wrong("language", $"language '{Short(language)}' is not one of {string.Join(", ", languages)}", "give one of these or 'auto'");
        var legs = Legs(request.Legs);
        return _errors.Count == 0
            ? new CallPlan(request.CallId, request.Agent, request.Queue, language, legs) { Caller = request.Caller }
            : throw new ApiProblem(StatusCodes.Status400BadRequest, "invalid-call",
                _errors.Count == 1 ? _errors[0].Cause : $"{_errors.Count} things are wrong with the call",
                _errors.Count == 1 ? _errors[0].Remedy : "see errors", _errors);
    }

    private List<LegPlan> Legs(IReadOnlyList<LegRequest?>? requested)
    {
        List<LegPlan> legs = [];
        if (requested is null || requested.Count is < 1 or > 2)
        {
            Wrong("legs", $"a call of {requested?.Count ?? 0} legs", "give one or two legs");
            return legs;
        }
        for (var i = 0; i < requested.Count; i++) legs.Add(Leg(requested[i] ?? new LegRequest(), $"legs[{i}]"));
        return legs;
    }

    private LegPlan Leg(LegRequest leg, string at)
    {
        var party = PartyOf(leg.Party, at);
        var format = Format(leg, at);
        var usual = format switch { { Codec: RtpCodec.Pcmu } => 0, { Codec: RtpCodec.Pcma } => 8, { ClockRate: 44_100 } => 11, _ => 96 };
        var audio = Type(leg.PayloadType, usual, $"{at}.payloadType");
        var tones = Type(leg.TelephoneEvent, TelephoneEvent, $"{at}.telephoneEvent");
        var noise = Type(leg.ComfortNoise, ComfortNoise, $"{at}.comfortNoise");
        if (audio == tones || audio == noise || tones == noise)
            Wrong($"{at}.payloadType",
                $"payload types {audio}, {tones} and {noise} of audio, telephone events and comfort noise are not all different",
                "give each its own");
        return new LegPlan(party, format, audio, tones, noise, Source(leg.Source, $"{at}.source"));
    }

    private Party PartyOf(string? party, string at)
    {
        if (PartyName.Read(party) is { } known) return known;
        Wrong($"{at}.party", party is null ? "the party is missing" : $"party '{Short(party)}' is not known",
            $"use {PartyName.Agent}, {PartyName.Customer} or {PartyName.Unknown}");
        return Party.Unknown;
    }

    private PayloadFormat Format(LegRequest leg, string at)
    {
        if (leg.Codec is null || !PayloadMap.TryCodec(leg.Codec, out var codec)
            || codec is RtpCodec.TelephoneEvent or RtpCodec.ComfortNoise)
        {
            Wrong($"{at}.codec", leg.Codec is null
                ? "the codec is missing"
                : $"codec '{Short(leg.Codec)}' is not known", "use PCMU, PCMA or L16");
            return new PayloadFormat(RtpCodec.Pcmu, 8_000);
        }
        var rate = leg.ClockRate ?? (codec == RtpCodec.L16 ? 16_000 : 8_000);
        if (rate is < 8_000 or > 48_000)
        {
            Wrong($"{at}.clockRate", $"clock rate {rate} is not 8000..48000", "give the samples per second of the audio");
            rate = 8_000;
        }
        else if (codec != RtpCodec.L16 && rate != 8_000)
        {
            Wrong($"{at}.clockRate", $"{leg.Codec} with a clock rate of {rate}", "G.711 has 8000; leave it out");
            rate = 8_000;
        }
        return new PayloadFormat(codec, rate);
    }

    private byte Type(int? given, int usual, string field)
    {
        if (given is null or (>= 0 and <= 127)) return (byte)(given ?? usual);
        Wrong(field, $"payload type {given} is not 0..127", "give the number agreed in the SDP");
        return (byte)usual;
    }

    private IPEndPoint? Source(string? source, string field)
    {
        if (source is null) return null;
        if (source.Length <= LongestText && IPEndPoint.TryParse(source, out var endPoint) && endPoint.Port != 0) return endPoint;
        Wrong(field, $"source '{Short(source)}' is not ADDRESS:PORT", "write for example 192.0.2.7:4000, or leave it out");
        return null;
    }

    private void Text(string? text, string field)
    {
        if (text is null) return;
        if (text.Length is 0 or > LongestText)
            Wrong(field, $"{field} has {text.Length} characters", $"give 1..{LongestText}, or leave it out");
        else if (text.Any(char.IsControl)) Wrong(field, $"{field} has control characters", "give printable text");
    }

    private void Wrong(string field, string cause, string remedy) => _errors.Add(new FieldError(field, cause, remedy));

    private static string Short(string text) => text.Length <= 32 ? text : text[..32] + "...";
}
