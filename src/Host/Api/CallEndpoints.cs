using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SpeechQA.Engine;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Conversation.Contract;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Host.Calls;
using SpeechQA.Host.Live;
using SpeechQA.Host.Metrics;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Api;

/// <summary><c>/api/calls</c>: opens, shows and ends calls.</summary>
internal static class CallEndpoints
{
    /// <summary>Largest body of a request, bytes.</summary>
    public const int LargestBody = 64 * 1024;

    /// <summary>Events of an answer unless more are asked for.</summary>
    private const int UsualEvents = 1_000;

    /// <summary>Most events of an answer.</summary>
    private const int MostEvents = 10_000;

    public static void MapCalls(this IEndpointRouteBuilder routes)
    {
        var calls = routes.MapGroup("/api/calls");
        calls.MapPost("", OpenAsync);
        calls.MapGet("", (LiveBoard board) => new CallList(board.Read().Calls));
        calls.MapGet("{id}", (string id, LiveBoard board, CallSessions sessions, ServerOptions options, HttpContext context) =>
            new CallShown(
            board.Find(id) ?? throw Unknown(id), sessions.Find(id) is { } open ? LegsOf(open, options, context) : []));
        calls.MapGet("{id}/events", (string id, SpeechEngine engine, long after = 0, int limit = UsualEvents) =>
            EventsOf(engine.Calls.Find(id) ?? throw Unknown(id), after, limit));
        calls.MapDelete("{id}", EndAsync);
    }

    private static async Task<IResult> OpenAsync(HttpContext context, SpeechEngine engine, CallSessions sessions, ServerOptions options)
    {
        LiveCall call;
        bool created;
        try
        {
            var request = await BodyAsync(context).ConfigureAwait(false);
            (call, created) = sessions.Open(CallRequestReader.Read(request, engine.Languages));
        }
        catch (ApiProblem refused)
        {
            HostMetrics.CallsRefused.Add(1, new KeyValuePair<string, object?>("reason", refused.Code));
            throw;
        }
        var answer = new CallOpened(call.Call.Id, call.Plan.ExternalId, LegsOf(call, options, context));
        context.Response.Headers.Location = $"/api/calls/{call.Call.Id}";
        return TypedResults.Json(answer, statusCode: created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<CallRequest> BodyAsync(HttpContext context)
    {
        // Browsers ask before they send this type to another site, so no foreign page can open calls by the way.
        if (!context.Request.HasJsonContentType())
            throw new ApiProblem(StatusCodes.Status415UnsupportedMediaType, "not-json", "the body is not application/json",
                "send JSON with that Content-Type");
        try
        {
            return await JsonSerializer.DeserializeAsync<CallRequest>(context.Request.Body, ContractJson.Options, context.RequestAborted)
                .ConfigureAwait(false) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new ApiProblem(StatusCodes.Status400BadRequest, "invalid-json", CauseOf(e),
                "see docs/api.md for the members of a call and their types");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new ApiProblem(StatusCodes.Status413PayloadTooLarge, "too-large", $"the body has more than {LargestBody} bytes",
                "send less");
        }
    }

    // The serialiser's own messages speak of .NET types.
    private static string CauseOf(JsonException e) =>
        e.Message.Contains("could not be mapped", StringComparison.Ordinal) ? $"{e.Path} is not a member of a call"
        : e.Message.Contains("could not be converted", StringComparison.Ordinal) ? $"{e.Path} is of the wrong type"
        : e.Message.StartsWith("Duplicate", StringComparison.Ordinal) ? $"{e.Path} occurs twice"
        : string.Create(CultureInfo.InvariantCulture,
            $"the body is not JSON (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1})");

    private static async Task<IResult> EndAsync(string id, SpeechEngine engine, CallSessions sessions)
    {
        if (engine.Calls.Find(id) is null) throw Unknown(id);
        await sessions.EndAsync(id, CallEnd.Deleted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static CallEvents EventsOf(Call call, long after, int limit)
    {
        if (limit is < 1 or > MostEvents)
            throw new ApiProblem(StatusCodes.Status400BadRequest, "bad-request", $"limit {limit} is not 1..{MostEvents}",
                "ask for fewer events, and again for the next ones");
        // Before the events are read: what goes meanwhile is told the next time.
        var first = call.Log.First;
        // One more than asked for tells whether there are more.
        var events = call.Log.After(after, limit + 1);
        var more = events.Count > limit;
        if (more) events = [.. events.Take(limit)];
        return new CallEvents(events, events.Count > 0 ? events[^1].Sequence : after, more) { First = first > 1 ? first : null };
    }

    private static IReadOnlyList<LegOpened> LegsOf(LiveCall call, ServerOptions options, HttpContext context)
    {
        var address = RtpAddressTold.Of(call.Address, options, context.Connection.LocalIpAddress).ToString();
        return [.. call.Plan.Legs.Zip(call.Ports).Select((leg, index) => new LegOpened(index, PartyName.Of(leg.First.Party),
            leg.Second, leg.Second + 1, address, PayloadMap.Name(leg.First.Format.Codec), leg.First.Format.ClockRate,
                leg.First.PayloadType))];
    }

    private static ApiProblem Unknown(string id) =>
        new(StatusCodes.Status404NotFound, "unknown-call", $"call '{(id.Length > 32 ? id[..32] : id)}' is not known",
            "GET /api/calls lists those that are; ended calls are forgotten after a while");

    private sealed record CallList(IReadOnlyList<CallSummary> Calls);

    private sealed record CallShown(CallSummary Call, IReadOnlyList<LegOpened> Legs);

    /// <param name="Last">Ask with <c>after</c> this number for what comes next.</param>
    /// <param name="More">There is more already.</param>
    private sealed record CallEvents(IReadOnlyList<CallEvent> Events, long Last, bool More)
    {
        /// <summary>The log is complete from this number on; absent while it is complete.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public long? First { get; init; }
    }
}
