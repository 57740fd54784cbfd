using SpeechQA.Bench.Commands;
using SpeechQA.Host;

// What is evaluated is the product: its process is set up as the product's.
if (args is ["evaluate", ..]) ProcessSetup.Apply();
return await BenchCommands.RunAsync(args, Console.Error);
