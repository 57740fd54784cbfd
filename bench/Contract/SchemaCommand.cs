using System.CommandLine;
using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Contract;

/// <summary><c>schema</c>: writes the JSON Schema of the contract, which is committed.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = $"File to write; {ContractSchema.Path} is committed" };
        var command = new Command("schema", "Write the JSON Schema of events, documents and lists") { file };
        command.SetAction(parse => Run(parse.GetValue(file)!));
        return command;
    }

    private static int Run(string path)
    {
        try
        {
            File.WriteAllText(path, ContractSchema.Text());
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be written ({e.Message})",
                "name a file in a folder that exists and may be written", e);
        }
    }
}
