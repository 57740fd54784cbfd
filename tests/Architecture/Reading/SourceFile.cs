using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SpeechQA.Architecture.Reading;

/// <summary>
/// A C# file of the checkout, read with Roslyn: the compiler's own reader, so that no rule rests on a guess about syntax.
/// </summary>
/// <param name="Path">From the checkout's root, <c>/</c> between folders.</param>
internal sealed record SourceFile(string Path, IReadOnlyList<string> Lines, SyntaxTree Tree)
{
    internal static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    /// <summary>Folders that hold what tools made, and foreign sources.</summary>
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules"];

    /// <summary>The checkout that the tests run from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All files of ours in <c>src</c>.</summary>
    public static IReadOnlyList<SourceFile> Product { get; } = Below("src");

    /// <summary>All files of ours below folders of the checkout, in the order of their names.</summary>
    public static IReadOnlyList<SourceFile> Below(params string[] folders) =>
    [
        .. from folder in folders
           from path in Directory.EnumerateFiles(System.IO.Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
           let name = System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/')
           where !name.Split('/').Intersect(NotOurs).Any()
           orderby name
           select Of(name, File.ReadAllText(path)),
    ];

    /// <summary>A file from its text, for tests of the rules themselves.</summary>
    public static SourceFile Of(string path, string text) =>
        new(path, text.Split('\n') is [.. var lines, ""] ? lines : text.Split('\n'), CSharpSyntaxTree.ParseText(text, ParseOptions, path));

    /// <summary>Where something stands, as a compiler would say it.</summary>
    public string At(SyntaxNode node) => $"{Path}:{Tree.GetLineSpan(node.Span).StartLinePosition.Line + 1}";

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(System.IO.Path.Combine(at.FullName, "SpeechQA.sln"))) return at.FullName;
        throw new InvalidOperationException("The tests must run from within the checkout.");
    }
}
