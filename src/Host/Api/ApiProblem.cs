using Microsoft.AspNetCore.Mvc;

namespace SpeechQA.Host.Api;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">Where: <c>legs[0].codec</c>.</param>
internal sealed record FieldError(string Field, string Cause, string Remedy);

/// <summary>
/// A request that cannot be granted, as RFC 9457 problem details: <c>type</c> tells programs what it is, <c>cause</c> and
/// <c>remedy</c> tell people.
/// </summary>
internal sealed class ApiProblem(int status, string code, string cause, string remedy, IReadOnlyList<FieldError>? errors = null) : Exception(cause)
{
    public int Status { get; } = status;

    /// <summary>Last part of the problem's type, e.g. <c>too-many-calls</c>; also the reason in metrics.</summary>
    public string Code { get; } = code;

    /// <summary>Seconds after which it may be tried again, or null.</summary>
    public int? RetryAfter { get; init; }

    public IResult ToResult(HttpContext context)
    {
        if (RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return TypedResults.Problem(Details(Status, Code, Message, remedy, errors));
    }

    public static ProblemDetails Details(int status, string code, string cause, string remedy, IReadOnlyList<FieldError>? errors = null)
    {
        var details = new ProblemDetails { Type = $"urn:speechqa:problem:{code}", Status = status, Title = cause, Detail = $"{cause}; {remedy}" };
        details.Extensions["cause"] = cause;
        details.Extensions["remedy"] = remedy;
        if (errors is not null) details.Extensions["errors"] = errors;
        return details;
    }
}
