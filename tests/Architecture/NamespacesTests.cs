using Microsoft.CodeAnalysis.CSharp.Syntax;
using SpeechQA.Architecture.Reading;

namespace SpeechQA.Architecture;

/// <summary>
/// The namespace of a file is its folder: what a name says, the folder says, and the floors of <see cref="EngineFloorsTests"/> are folders.
/// </summary>
public sealed class NamespacesTests
{
    /// <summary>Folder of a project to its root namespace.</summary>
    private static readonly (string Folder, string Namespace)[] Roots =
    [
        ("src/Engine", "SpeechQA.Engine"), ("src/Host", "SpeechQA.Host"), ("src/WhisperNet", "SpeechQA.WhisperNet"),
        ("bench", "SpeechQA.Bench"),
    ];

    [Fact]
    public void A_file_has_the_namespace_of_its_folder() =>
        Findings.None(Strays(SourceFile.Below("src", "bench")), "move the file or mend its namespace");

    [Fact]
    public void A_stray_file_is_found()
    {
        Assert.Equal(["src/Engine/Audio/A.cs: SpeechQA.Engine.Calls, not SpeechQA.Engine.Audio"],
            Strays([SourceFile.Of("src/Engine/Audio/A.cs", "namespace SpeechQA.Engine.Calls;"),
                SourceFile.Of("bench/Load/B.cs", "namespace SpeechQA.Bench.Load;")]));
    }

    private static IEnumerable<string> Strays(IEnumerable<SourceFile> files) =>
        from file in files
        let declared = file.Tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString()
        // A program's entrance has none.
        where declared is not null
        let root = Roots.Single(r => file.Path.StartsWith(r.Folder + '/', StringComparison.Ordinal))
        let expected = string.Join('.', file.Path[(root.Folder.Length + 1)..].Split('/')[..^1].Prepend(root.Namespace))
        where declared != expected
        select $"{file.Path}: {declared}, not {expected}";
}
