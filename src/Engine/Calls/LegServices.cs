using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Calls;

/// <summary>What every leg uses and no leg owns.</summary>
internal sealed record LegServices(SileroModel Voice, ISpeechRecognizer Recognizer, TimeProvider Time, ILogger Logger);
