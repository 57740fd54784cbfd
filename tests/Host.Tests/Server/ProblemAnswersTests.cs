using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Api;
using SpeechQA.Host.Server;
using SpeechQA.Host.Tests.Fakes;

namespace SpeechQA.Host.Tests.Server;

/// <summary>What a request runs into behind the first middleware.</summary>
public sealed class ProblemAnswersTests
{
    private readonly Lines _log = new();

    [Fact]
    public async Task An_internal_error_is_a_problem_without_its_inside_and_a_line_of_the_log_with_it()
    {
        var (status, body) = await AskAsync(new InvalidOperationException("the inside"));
        Assert.Equal((500, "urn:speechqa:problem:internal"), (status, body.GetProperty("type").GetString()));
        Assert.DoesNotContain("the inside", body.GetRawText());
        Assert.Equal("GET /api/calls failed. the inside", Assert.Single(_log.Said));
    }

    [Fact]
    public async Task What_is_wrong_with_the_request_is_told_and_not_logged()
    {
        Assert.Equal((404, "nothing there"), Cause(await AskAsync(new ApiProblem(404, "unknown-call", "nothing there", "look elsewhere"))));
        Assert.Equal((400, "a bad file"), Cause(await AskAsync(new BadInputException("a bad file", "give a good one"))));
        Assert.Equal((413, "Too much"), Cause(await AskAsync(new BadHttpRequestException("Too much.", 413))));
        Assert.Empty(_log.Said);
    }

    [Fact]
    public async Task An_answer_that_has_begun_is_cut_off_and_not_mixed_with_another()
    {
        var context = Context();
        context.Features.Set<IHttpResponseFeature>(new Begun());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Guard(new InvalidOperationException("late")).InvokeAsync(context));
    }

    private async Task<(int Status, JsonElement Body)> AskAsync(Exception thrown)
    {
        var context = Context();
        await Guard(thrown).InvokeAsync(context);
        context.Response.Body.Position = 0;
        return (context.Response.StatusCode, (await JsonDocument.ParseAsync(context.Response.Body)).RootElement);
    }

    private ProblemAnswers Guard(Exception thrown) => new(_ => throw thrown, new Logger<ProblemAnswers>(_log));

    private static (int, string?) Cause((int Status, JsonElement Body) answer) =>
        (answer.Status, answer.Body.GetProperty("cause").GetString());

    private static DefaultHttpContext Context() => new()
    {
        RequestServices = new ServiceCollection().AddLogging().AddProblemDetails().BuildServiceProvider(),
        Request = { Method = "GET", Path = "/api/calls" },
        Response = { Body = new MemoryStream() },
    };

    private sealed class Begun : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }
}
