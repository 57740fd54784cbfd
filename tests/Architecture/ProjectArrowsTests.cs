using System.Xml.Linq;
using SpeechQA.Architecture.Reading;
using SpeechQA.Engine;

namespace SpeechQA.Architecture;

/// <summary>
/// Who may use whom: the program its engine, the bench all, the engine nobody; and the engine stays a library without web, console or
/// database.
/// </summary>
public sealed class ProjectArrowsTests
{
    /// <summary>Project to the projects that it may reference.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["src/Engine"] = [],
        ["src/WhisperNet"] = ["src/Engine"],
        ["src/Host"] = ["src/Engine", "src/WhisperNet"],
        ["bench"] = ["src/Engine", "src/WhisperNet", "src/Host"],
    };

    /// <summary>Beginnings of names of packages and assemblies that the engine must not use.</summary>
    private static readonly string[] NotForTheEngine =
    [
        "Microsoft.AspNetCore", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.DependencyInjection", "System.CommandLine",
        "Spectre.", "prometheus-net",
        "Prometheus", "OpenTelemetry", "Microsoft.Data.", "Microsoft.EntityFrameworkCore", "System.Data", "SQLite", "Npgsql", "Dapper",
    ];

    private static IEnumerable<(string Project, string File, XElement Xml)> Projects =>
        from file in Directory.GetDirectories(Path.Combine(SourceFile.Root, "src")).Append(Path.Combine(SourceFile.Root, "bench"))
            .SelectMany(folder => Directory.GetFiles(folder, "*.csproj")).Order()
        let name = Path.GetRelativePath(SourceFile.Root, file).Replace('\\', '/')
        select (Path.GetDirectoryName(name)!.Replace('\\', '/'), name, XElement.Load(file));

    [Fact]
    public void Projects_reference_only_those_below_them() =>
        Findings.None(Projects.SelectMany(p => Forbidden(p.Project, p.File, p.Xml)),
            "move the code to the project that may use it, or give a new project a row in this test and in docs/architecture.md");

    [Fact]
    public void The_engine_is_a_library_without_web_console_or_database()
    {
        var (_, file, xml) = Projects.Single(p => p.Project == "src/Engine");
        Findings.None(NotALibrary(file, xml).Concat(typeof(SpeechEngine).Assembly.GetReferencedAssemblies()
            .Where(a => IsForbidden(a.Name!)).Select(a => $"SpeechQA.Engine.dll uses {a.Name}")),
                "do it in src/Host, and hand the engine what it needs");
    }

    [Fact]
    public void A_reference_upwards_and_a_web_engine_are_found()
    {
        var web = XElement.Parse("""
            <Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup>
              <ProjectReference Include="..\Host\SpeechQA.Host.csproj" />
              <PackageReference Include="Spectre.Console" />
              <FrameworkReference Include="Microsoft.AspNetCore.App" />
            </ItemGroup></Project>
            """);
        Assert.Equal(["a.csproj: src/Engine references src/Host"], Forbidden("src/Engine", "a.csproj", web));
        Assert.Equal(["b.csproj: src/New is not known"], Forbidden("src/New", "b.csproj", XElement.Parse("<Project />")));
        Assert.Equal(["a.csproj: Microsoft.NET.Sdk.Web", "a.csproj: Spectre.Console", "a.csproj: Microsoft.AspNetCore.App"],
            NotALibrary("a.csproj", web));
    }

    private static IEnumerable<string> Forbidden(string project, string file, XElement xml)
    {
        if (!Allowed.TryGetValue(project, out var allowed)) return [$"{file}: {project} is not known"];
        return from include in Includes(xml, "ProjectReference")
               let path = Path.GetFullPath(Path.Combine(SourceFile.Root, project, include.Replace('\\', '/')))
               let other = Path.GetDirectoryName(Path.GetRelativePath(SourceFile.Root, path))!.Replace('\\', '/')
               where !allowed.Contains(other)
               select $"{file}: {project} references {other}";
    }

    private static IEnumerable<string> NotALibrary(string file, XElement xml) =>
        ((string[])[(string?)xml.Attribute("Sdk") ?? "", .. Includes(xml, "PackageReference"), .. Includes(xml, "FrameworkReference")])
        .Where((name, i) => i == 0 ? name != "Microsoft.NET.Sdk" : IsForbidden(name)).Select(name => $"{file}: {name}");

    private static bool IsForbidden(string name) => NotForTheEngine.Any(start =>
        name.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Includes(XElement xml, string element) =>
        xml.Descendants(element).Select(e => (string?)e.Attribute("Include") ?? "");
}
