using Microsoft.CodeAnalysis;
using SpeechQA.Architecture.Reading;

namespace SpeechQA.Architecture;

/// <summary>
/// What others can call is documented: the compiler's own warning CS1591, asked here of all sources of the product at once.
/// </summary>
public sealed class DocumentedMembersTests
{
    private const string Undocumented = "CS1591";

    [Fact]
    public void Every_public_member_of_the_product_is_documented() =>
        Findings.None(Missing(SourceCompilation.Incomplete(SourceFile.Product)), "write a <summary>: meaning, unit, range, errors");

    [Fact]
    public void A_public_member_without_a_document_is_found()
    {
        var file = SourceFile.Of("a.cs", """
            /// <summary>Known.</summary>
            public sealed class Known
            {
                public int Silent { get; }
                /// <summary>Said.</summary>
                public int Said { get; }
                internal int Inside { get; }
                /// <inheritdoc/>
                public override string ToString() => "";
            }
            internal sealed class Hidden { public int Within; }
            """);
        Assert.Equal(["a.cs:4: Known.Silent"], Missing(SourceCompilation.Of([file])));
    }

    private static IEnumerable<string> Missing(Compilation compilation) =>
        from diagnostic in compilation.GetDiagnostics()
        where diagnostic.Id == Undocumented
        let at = diagnostic.Location.GetLineSpan()
        orderby at.Path, at.StartLinePosition.Line
        select $"{at.Path}:{at.StartLinePosition.Line + 1}: "
            + $"{diagnostic.GetMessage().Split('\'') switch { [_, var member, ..] => member, var whole => whole[0] }}";
}
