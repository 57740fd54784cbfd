using SpeechQA.Host.Server;

namespace SpeechQA.Host.Api;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: calls would be transcribed.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => TypedResults.Text("ok\n"));
        routes.MapGet("/readyz", (Readiness readiness) => readiness.Problem is { } problem ? throw problem : TypedResults.Text("ready\n"));
    }
}
