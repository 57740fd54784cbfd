using Microsoft.CodeAnalysis.CSharp.Syntax;
using SpeechQA.Architecture.Reading;

namespace SpeechQA.Architecture;

/// <summary>A method is read at a glance. Counted are its lines from the name's line to the last, documents and attributes apart.</summary>
public sealed class MethodLengthTests
{
    private const int MostNinetieth = 20, Longest = 60;

    [Fact]
    public void Methods_of_the_product_are_short()
    {
        var ninetieth = Quantiles.At(SourceFile.Product.SelectMany(Methods).Select(m => m.Lines), 0.9);
        Assert.True(ninetieth <= MostNinetieth,
            $"a tenth of the methods have more than {MostNinetieth} lines (p90 {ninetieth}); divide what was made longer");
    }

    [Fact]
    public void No_method_is_longer_than_60_lines() =>
        Findings.None(Long(SourceFile.Product), "give its steps methods with names of their own");

    [Fact]
    public void A_long_method_is_found()
    {
        var body = string.Concat(Enumerable.Repeat("        Step();\n", Longest - 2));
        var file = SourceFile.Of("a.cs", $$"""
            class A
            {
                /// <summary>Documents do not count.</summary>
                [Obsolete]
                void Fits() {
            {{body}}    }
                void Short() => Fits();
                abstract void None();
                A() {
            {{body}}
                }
            }
            """);
        Assert.Equal([60, 1, 61], Methods(file).Select(m => m.Lines));
        Assert.Equal(["a.cs:67: A, 61 lines"], Long([file]));
    }

    private static IEnumerable<string> Long(IEnumerable<SourceFile> files) =>
        files.SelectMany(Methods).Where(m => m.Lines > Longest).Select(m => $"{m.At}: {m.Name}, {m.Lines} lines");

    /// <summary>Methods, constructors and operators that have a body; a local function counts within its method.</summary>
    private static IEnumerable<(string At, string Name, int Lines)> Methods(SourceFile file) =>
        from method in file.Tree.GetRoot().DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
        where method.Body is not null || method.ExpressionBody is not null
        let first = method.AttributeLists is [.., var attributes] ? attributes.GetLastToken().GetNextToken() : method.GetFirstToken()
        let start = file.Tree.GetLineSpan(first.Span).StartLinePosition.Line
        let to = file.Tree.GetLineSpan(method.Span).EndLinePosition.Line
        select ($"{file.Path}:{start + 1}", Name(method), to - start + 1);

    private static string Name(BaseMethodDeclarationSyntax method) => method switch
    {
        MethodDeclarationSyntax m => m.Identifier.Text,
        ConstructorDeclarationSyntax c => c.Identifier.Text,
        OperatorDeclarationSyntax o => $"operator {o.OperatorToken.Text}",
        _ => method.Kind().ToString(),
    };
}
