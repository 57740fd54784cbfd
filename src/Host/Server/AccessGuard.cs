using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;
using SpeechQA.Host.Api;
using SpeechQA.Host.Metrics;

namespace SpeechQA.Host.Server;

/// <summary>
/// Who may ask. With a token: whoever has it, as <c>Authorization: Bearer</c> or, for the hub, which browsers cannot give
/// a header, as <c>access_token</c>. Without one: only this machine, and only pages that this server has delivered: a
/// foreign Host (DNS rebinding) or a foreign Origin (a site in the same browser) is refused.
/// </summary>
internal sealed class AccessGuard(RequestDelegate next, ServerOptions options)
{
    private static readonly string[] Guarded = ["/api", "/live", "/metrics"];

    private readonly byte[]? _token = options.Token is { } token ? SHA256.HashData(Encoding.UTF8.GetBytes(token)) : null;

    public async Task InvokeAsync(HttpContext context)
    {
        var refusal = _token is null ? CheckLocal(context.Request) : CheckToken(context);
        if (refusal is null)
        {
            await next(context).ConfigureAwait(false);
            return;
        }
        HostMetrics.RequestsRefused.Add(1, new KeyValuePair<string, object?>("reason", refusal.Code));
        await refusal.ToResult(context).ExecuteAsync(context).ConfigureAwait(false);
    }

    private ApiProblem? CheckToken(HttpContext context)
    {
        var request = context.Request;
        if (!Guarded.Any(p => request.Path.StartsWithSegments(p))) return null;
        string? given = null;
        if (request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) given = header[7..].Trim();
        else if (request.Path.StartsWithSegments("/live")) given = request.Query["access_token"];
        if (given is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), _token)) return null;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return new ApiProblem(StatusCodes.Status401Unauthorized, "token", given is null ? "the API token is missing" : "the API token is wrong",
            "send it as 'Authorization: Bearer TOKEN'");
    }

    private static ApiProblem? CheckLocal(HttpRequest request)
    {
        if (!IsLoopback(request.Host.Host))
            return new ApiProblem(StatusCodes.Status403Forbidden, "foreign-host", $"this server does not answer to the host '{request.Host.Host}'",
                "use localhost or 127.0.0.1, or start the server with a token");
        if (request.Headers.TryGetValue(HeaderNames.Origin, out var origin)
            && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            return new ApiProblem(StatusCodes.Status403Forbidden, "foreign-origin", $"a page of '{origin}' may not use this server",
                "open the server's own page, or start the server with a token");
        return null;
    }

    /// <summary>Whether a host of an address is this machine and nothing else.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
