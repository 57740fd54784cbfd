using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SpeechQA.Architecture.Reading;

namespace SpeechQA.Architecture;

/// <summary>Classes of the product are sealed, static or abstract: nothing is inherited from by accident.</summary>
public sealed class SealedClassesTests
{
    [Fact]
    public void Every_concrete_class_is_sealed() =>
        Findings.None(Open(SourceFile.Product),
            "write 'sealed' before 'class' or 'record' (or 'abstract', if it is made to be inherited from)");

    [Fact]
    public void An_open_class_or_record_is_found_and_one_part_seals_all()
    {
        var file = SourceFile.Of("a.cs", """
            class Open { class Within { } }
            sealed class Closed { }
            static class Fixed { }
            abstract record Base;
            record Loose : Base;
            record struct Value;
            partial class Parts { }
            sealed partial class Parts { }
            namespace Other { class Closed { } }
            """);
        Assert.Equal(["a.cs:1: Open", "a.cs:1: Open.Within", "a.cs:5: Loose", "a.cs:9: Closed"], Open([file]));
    }

    private static IEnumerable<string> Open(IReadOnlyList<SourceFile> files)
    {
        var classes = from file in files
                      from type in file.Tree.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()
                      where type.Kind() is SyntaxKind.ClassDeclaration or SyntaxKind.RecordDeclaration
                      let space = type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString()
                      select (file, type, space, name: Name(type));
        return from parts in classes.GroupBy(c => (c.space, c.name))
               where !parts.Any(p => p.type.Modifiers.Any(m =>
                   m.Kind() is SyntaxKind.SealedKeyword or SyntaxKind.StaticKeyword or SyntaxKind.AbstractKeyword))
               let first = parts.First()
               select $"{first.file.At(first.type)}: {first.name}";
    }

    private static string Name(TypeDeclarationSyntax type) =>
        string.Join('.', type.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Reverse().Select(t => t.Identifier.Text));
}
