using SpeechQA.Engine.Core;

namespace SpeechQA.Host;

/// <summary>Finds what comes with the program: beside it when it is published, in a folder above it in a checkout.</summary>
internal static class ProgramFolder
{
    /// <summary>The full path of <paramref name="relative"/>, a file or a folder.</summary>
    /// <param name="remedy">What to do when it is not there, for the error.</param>
    /// <exception cref="BadInputException">It is in neither place.</exception>
    public static string Find(string relative, string remedy)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var path = Path.Combine(at.FullName, relative);
            if (Path.Exists(path)) return path;
        }
        throw new BadInputException($"no {relative} beside the program ({AppContext.BaseDirectory}) or above it", remedy);
    }
}
