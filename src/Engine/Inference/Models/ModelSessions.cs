using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Inference.Models;

/// <summary>
/// Opens graphs with ONNX Runtime: one session per file, shared by all who ask for it and by all their threads.
/// Every session runs on the calling thread alone (intra-op and inter-op 1, sequential, no spinning): parallelism is one
/// worker per core, each with work of its own.
/// </summary>
public sealed class ModelSessions(ModelFolder folder) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<InferenceSession>> _sessions = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, Lazy<object>> _weights = new(StringComparer.Ordinal);

    /// <summary>Where the models lie.</summary>
    public ModelFolder Folder { get; } = folder;

    /// <summary>The session of a graph; loaded and checked by the first who asks. Owned by this object.</summary>
    /// <param name="name">Model and file, e.g. <c>whisper-base/encoder.onnx</c>.</param>
    /// <exception cref="BadInputException">The file is missing, changed or unreadable, or no such graph.</exception>
    public InferenceSession Open(string name) =>
        _sessions.GetOrAdd(name, n => new Lazy<InferenceSession>(() => Load(Folder[n]))).Value;

    /// <summary>What is computed without ONNX Runtime from a graph's weights; read and checked by the first who asks.</summary>
    /// <param name="read">From the file's path.</param>
    /// <exception cref="BadInputException">The file is missing, changed or unreadable.</exception>
    internal T Weights<T>(string name, Func<string, T> read) where T : class =>
        (T)_weights.GetOrAdd(name, n => new Lazy<object>(() => read(Folder[n].Require()))).Value;

    /// <summary>The same for a graph outside the folder of models, which no manifest knows.</summary>
    /// <exception cref="BadInputException">The file is missing or unreadable.</exception>
    internal T WeightsOfFile<T>(string path, Func<string, T> read) where T : class =>
        (T)_weights.GetOrAdd(Path.GetFullPath(path), p => new Lazy<object>(() => read(p))).Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var session in _sessions.Values)
            if (session.IsValueCreated) session.Value.Dispose();
        _sessions.Clear();
        foreach (var weights in _weights.Values)
            if (weights.IsValueCreated) (weights.Value as IDisposable)?.Dispose();
        _weights.Clear();
    }

    private static InferenceSession Load(ModelFile file)
    {
        var session = Load(file.Require());
        CheckContract(file, session);
        return session;
    }

    private static InferenceSession Load(string path)
    {
        try
        {
            using var options = Options();
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BadInputException($"{path}: ONNX Runtime cannot load it ({FirstLine(e.Message)})", ModelFile.Remedy, e);
        }
    }

    /// <summary>As all sessions have them.</summary>
    internal static SessionOptions Options()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            // A pattern is planned and kept per combination of input shapes; windows, caches and batches have thousands.
            EnableMemoryPattern = false,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        return options;
    }

    private static void CheckContract(ModelFile file, InferenceSession session)
    {
        var missing = Names(file.Entry.Inputs).Except(session.InputNames)
            .Concat(Names(file.Entry.Outputs).Except(session.OutputNames)).ToList();
        if (missing.Count == 0) return;
        session.Dispose();
        throw new BadInputException(
            $"{file.FullPath}: the graph has no {string.Join(", ", missing)} although the manifest says so",
            "write the manifest anew with models/tools/manifest.py");
    }

    private static IEnumerable<string> Names(IReadOnlyList<TensorContract>? tensors) => (tensors ?? []).Select(t => t.Name);

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
