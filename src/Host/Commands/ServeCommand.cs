using System.CommandLine;

namespace SpeechQA.Host.Commands;

internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Follow live calls: HTTP API, live page and RTP");
        var engine = new EngineArguments(command);
        command.SetAction(async (parse, cancellation) =>
        {
            await using var setup = EngineSetup.Load(engine.Read(parse));
            return ExitCode.Done;
        });
        return command;
    }
}
