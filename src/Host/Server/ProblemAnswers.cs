using SpeechQA.Engine.Core;
using SpeechQA.Host.Api;

namespace SpeechQA.Host.Server;

/// <summary>Answers what a request runs into with problem details: never with a stack trace.</summary>
internal sealed partial class ProblemAnswers(RequestDelegate next, ILogger<ProblemAnswers> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await ProblemOf(e, context).ToResult(context).ExecuteAsync(context).ConfigureAwait(false);
        }
    }

    private ApiProblem ProblemOf(Exception e, HttpContext context)
    {
        switch (e)
        {
            case ApiProblem problem:
                return problem;
            case BadInputException bad:
                return new ApiProblem(StatusCodes.Status400BadRequest, "bad-input", bad.Cause, bad.Remedy);
            case BadHttpRequestException bad:
                return new ApiProblem(bad.StatusCode, "bad-request", bad.Message.TrimEnd('.'), "see docs/api.md");
            default:
                LogFailed(e, context.Request.Method, context.Request.Path);
                return new ApiProblem(StatusCodes.Status500InternalServerError, "internal", "an internal error",
                    "try again, and report it with the server's log");
        }
    }

    [LoggerMessage(2, LogLevel.Error, "{Method} {Path} failed.")]
    private partial void LogFailed(Exception e, string method, string path);
}
