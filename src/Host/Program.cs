using SpeechQA.Host;
using SpeechQA.Host.Commands;

ProcessSetup.Apply();
return await CommandLineRunner.RunAsync(args, Console.Error);
