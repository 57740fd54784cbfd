namespace SpeechQA.Host.Api;

/// <summary>Body of <c>POST /api/calls</c>, as sent; <see cref="CallRequestReader"/> checks it.</summary>
internal sealed record CallRequest
{
    public string? CallId { get; init; }

    /// <summary>
    /// Whose call it is (a number, a customer's id): lets a caller count once among the site's calm voices. Not kept, not shown.
    /// </summary>
    public string? Caller { get; init; }
    public string? Agent { get; init; }
    public string? Queue { get; init; }

    /// <summary>A language code or <c>auto</c> (also when left out).</summary>
    public string? Language { get; init; }
    public IReadOnlyList<LegRequest?>? Legs { get; init; }
}

/// <inheritdoc cref="CallRequest"/>
internal sealed record LegRequest
{
    /// <summary><c>agent</c>, <c>customer</c> or <c>unknown</c>.</summary>
    public string? Party { get; init; }

    /// <summary><c>PCMU</c>, <c>PCMA</c> or <c>L16</c>.</summary>
    public string? Codec { get; init; }

    /// <summary>Of L16; G.711 has 8000.</summary>
    public int? ClockRate { get; init; }
    public int? PayloadType { get; init; }

    /// <summary>Payload type of telephone events; 101 when left out.</summary>
    public int? TelephoneEvent { get; init; }

    /// <summary>Payload type of comfort noise; 13 when left out.</summary>
    public int? ComfortNoise { get; init; }

    /// <summary><c>address:port</c> the leg's packets come from; others are not accepted.</summary>
    public string? Source { get; init; }
}

/// <summary>Answer to <c>POST /api/calls</c>.</summary>
internal sealed record CallOpened(string Id, string? CallId, IReadOnlyList<LegOpened> Legs);

/// <param name="Leg">Index of the leg; events of the call name it so.</param>
/// <param name="Address">Where to send the leg's RTP.</param>
internal sealed record LegOpened(int Leg, string Party, int RtpPort, int RtcpPort, string Address, string Codec, int ClockRate,
    int PayloadType);
