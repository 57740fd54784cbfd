using SpeechQA.Engine.Inference;
using SpeechQA.Host.Commands;

NativeAllocator.GiveBackLargeBlocks();
return await CommandLineRunner.RunAsync(args, Console.Error);
