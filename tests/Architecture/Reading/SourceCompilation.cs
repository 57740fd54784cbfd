using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SpeechQA.Architecture.Reading;

/// <summary>Sources put together as the compiler does it: what every name in them means.</summary>
internal static class SourceCompilation
{
    /// <summary>What the SDK's implicit usings are for a library.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>A partial method that a source generator writes: generators do not run here.</summary>
    private const string NotGenerated = "CS8795";

    private static readonly CSharpCompilationOptions Options =
        new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>The engine's sources, with the packages that this test program gets through the engine's project.</summary>
    public static CSharpCompilation Engine { get; } = Of(SourceFile.Below("src/Engine"));

    /// <exception cref="InvalidOperationException">A name could not be found: the rules would not see what it means.</exception>
    public static CSharpCompilation Of(IEnumerable<SourceFile> sources)
    {
        var compilation = Incomplete(sources);
        return compilation.GetDeclarationDiagnostics().FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error
            && d.Id != NotGenerated) is { } error
            ? throw new InvalidOperationException($"The sources cannot be read: {error}")
            : compilation;
    }

    /// <summary>Without the packages that this test program does not have: what is of them stays unknown.</summary>
    public static CSharpCompilation Incomplete(IEnumerable<SourceFile> sources) => CSharpCompilation.Create("sources",
        sources.Select(s => s.Tree).Prepend(CSharpSyntaxTree.ParseText(ImplicitUsings, SourceFile.ParseOptions)), References(), Options);

    /// <summary>Everything this program was started with, the engine itself left out: it is read from its sources.</summary>
    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path) != "SpeechQA.Engine.dll")
        .Select(path => MetadataReference.CreateFromFile(path));
}
