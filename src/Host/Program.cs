using SpeechQA.Host.Commands;

return await CommandLineRunner.RunAsync(args, Console.Error);
