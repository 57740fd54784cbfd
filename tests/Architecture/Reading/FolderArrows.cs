using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SpeechQA.Architecture.Reading;

/// <summary>A name in one folder that means something of another.</summary>
/// <param name="At">File and line.</param>
/// <param name="Name">What is named there: a type or a member of one.</param>
internal sealed record FolderArrow(string From, string To, string At, string Name);

/// <summary>
/// Which folders of the engine know which: every name in their code is looked up by the compiler, so that a member of a type that is
/// nowhere written counts, and a word in a comment does not. A folder is the first part of the namespace below the engine's.
/// </summary>
internal static class FolderArrows
{
    private const string Prefix = "SpeechQA.Engine";

    /// <summary>Types of the engine's own namespace: its entrance.</summary>
    public const string Entrance = "SpeechEngine";

    public static IReadOnlyList<FolderArrow> Of(CSharpCompilation compilation) =>
        [.. compilation.SyntaxTrees.SelectMany(tree => Of(tree, compilation.GetSemanticModel(tree)))];

    private static IEnumerable<FolderArrow> Of(SyntaxTree tree, SemanticModel model) =>
        from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        let type = TypeOf(model.GetSymbolInfo(name).Symbol)
        where type is not null && type.DeclaringSyntaxReferences.Length > 0
        let to = FolderOf(type.ContainingNamespace)
        let around = name.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()
        where to is not null && around is not null
        let own = FolderOf(model.GetDeclaredSymbol(around) as INamespaceSymbol)
        where own is not null && own != to
        select new FolderArrow(own, to, $"{tree.FilePath}:{tree.GetLineSpan(name.Span).StartLinePosition.Line + 1}", name.Identifier.Text);

    private static INamedTypeSymbol? TypeOf(ISymbol? symbol) => symbol switch
    {
        INamedTypeSymbol type => type.OriginalDefinition,
        IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol =>
            (symbol as IMethodSymbol)?.ReducedFrom?.ContainingType ?? symbol.ContainingType?.OriginalDefinition,
        _ => null,
    };

    private static string? FolderOf(INamespaceSymbol? space)
    {
        var name = space?.ToDisplayString() ?? "";
        if (name == Prefix) return Entrance;
        return name.StartsWith(Prefix + '.', StringComparison.Ordinal) ? name[(Prefix.Length + 1)..].Split('.')[0] : null;
    }
}
