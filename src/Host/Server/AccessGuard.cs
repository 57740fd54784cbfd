using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Principal;
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

    private readonly (string Name, byte[] Hash)[] _tokens = [.. options.Tokens.Select(t => (t.Name, Hash(t.Value)))];

    public async Task InvokeAsync(HttpContext context)
    {
        var refusal = _tokens.Length == 0 ? CheckLocal(context) : CheckToken(context);
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
        if (request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            given = header[7..].Trim();
        else if (request.Path.StartsWithSegments("/live")) given = request.Query["access_token"];
        if (given is not null && NameOf(given) is { } name)
        {
            context.User = UserOf(name);
            return null;
        }
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return new ApiProblem(StatusCodes.Status401Unauthorized, "token", given is null
            ? "the API token is missing"
            : "the API token is wrong",
            "send it as 'Authorization: Bearer TOKEN'");
    }

    /// <summary>Whose token it is; null: nobody's. All are compared, so that the time does not tell which is like it.</summary>
    private string? NameOf(string given)
    {
        var hash = Hash(given);
        string? name = null;
        foreach (var token in _tokens)
            if (CryptographicOperations.FixedTimeEquals(hash, token.Hash)) name ??= token.Name;
        return name;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static ClaimsPrincipal UserOf(string name) => new(new GenericIdentity(name));

    private static ApiProblem? CheckLocal(HttpContext context)
    {
        var request = context.Request;
        context.User = UserOf(AccessToken.Local);
        if (!IsLoopback(request.Host.Host))
            return new ApiProblem(StatusCodes.Status403Forbidden, "foreign-host",
                $"this server does not answer to the host '{request.Host.Host}'",
                "use localhost or 127.0.0.1, or start the server with a token");
        if (request.Headers.TryGetValue(HeaderNames.Origin, out var origin)
            && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            return new ApiProblem(StatusCodes.Status403Forbidden, "foreign-origin", $"a page of '{origin}' may not use this server",
                "open the server's own page, or start the server with a token");
        return null;
    }

    /// <summary>Whether a host of an address is this machine and nothing else.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
