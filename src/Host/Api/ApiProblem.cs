using Microsoft.AspNetCore.Mvc;

namespace SpeechQA.Host.Api;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">Where: <c>legs[0].codec</c>.</param>
internal sealed record FieldError(string Field, string Cause, string Remedy);

/// <summary>
/// A request that cannot be granted, as RFC 9457 problem details: <c>type</c> tells programs what it is, <c>cause</c> and
/// <c>remedy</c> tell people.
/// </summary>
internal sealed class ApiProblem(int status, string code, string cause, string remedy, IReadOnlyList<FieldError>? errors = null)
    : Exception(cause)
{
    public int Status { get; } = status;

    /// <summary>Last part of the problem's type, e.g. <c>too-many-calls</c>; also the reason in metrics.</summary>
    public string Code { get; } = code;

    /// <summary>Seconds after which it may be tried again, or null.</summary>
    public int? RetryAfter { get; init; }

    public IResult ToResult(HttpContext context)
    {
        if (RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return TypedResults.Problem(Details(Status, Code, Message, remedy, errors));
    }

    public static ProblemDetails Details(int status, string code, string cause, string remedy, IReadOnlyList<FieldError>? errors = null)
    {
        var details = new ProblemDetails
        {
            Type = $"urn:speechqa:problem:{code}",
            Status = status,
            Title = TitleOf(code),
            Detail = $"{cause}; {remedy}"
        };
        details.Extensions["cause"] = cause;
        details.Extensions["remedy"] = remedy;
        if (errors is not null) details.Extensions["errors"] = errors;
        return details;
    }

    /// <summary>Gives the framework's own answers (no such path, no such method) a cause and a remedy.</summary>
    public static void Complete(ProblemDetails details)
    {
        details.Extensions.TryAdd("cause", details.Status switch
        {
            StatusCodes.Status404NotFound => "there is nothing at this address",
            StatusCodes.Status405MethodNotAllowed => "this address does not take this method",
            _ => details.Title,
        });
        details.Extensions.TryAdd("remedy", "see docs/api.md");
    }

    // The title belongs to the type (RFC 9457 section 3.1.3): what is special about this one is in the cause.
    private static string TitleOf(string code) => char.ToUpperInvariant(code[0]) + code[1..].Replace('-', ' ');
}
