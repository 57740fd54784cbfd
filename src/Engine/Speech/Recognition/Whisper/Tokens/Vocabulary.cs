using System.Globalization;
using System.Text;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;

/// <summary>
/// The tokens the graph keeps. Line k of <c>tokens.txt</c> is row k of the graph: original id, tab, <c>t</c> and the token's
/// bytes in hex, or <c>s</c> and the name of a special. Everywhere outside the decoder a token is its original Whisper id.
/// </summary>
internal sealed class Vocabulary
{
    private readonly int[] _ids;
    private readonly int[] _rows;
    private readonly byte[]?[] _bytes;

    private Vocabulary(List<(int Id, byte[]? Bytes)> lines)
    {
        _ids = [.. lines.Select(l => l.Id)];
        var top = _ids.Max() + 1;
        _rows = new int[top];
        _rows.AsSpan().Fill(-1);
        _bytes = new byte[top][];
        for (var row = 0; row < _ids.Length; row++)
        {
            _rows[_ids[row]] = row;
            _bytes[_ids[row]] = lines[row].Bytes;
        }
        Encoder = new BytePairEncoder(lines.Where(l => l.Bytes is not null).Select(l => (l.Id, l.Bytes!)));
    }

    public int Count => _ids.Length;

    public BytePairEncoder Encoder { get; }

    /// <exception cref="BadInputException">The file is missing, changed, or not such a file.</exception>
    public static Vocabulary Read(ModelFile file)
    {
        var lines = new List<(int, byte[]?)>();
        foreach (var line in Encoding.UTF8.GetString(file.Read()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split('\t');
            if (fields.Length != 3 || fields[1] is not ("t" or "s")
                || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id > 1_000_000)
                throw new BadInputException($"{file.FullPath}: line {lines.Count + 1} is not id, kind, value", "export the model again");
            lines.Add((id, fields[1] == "t" ? Convert.FromHexString(fields[2]) : null));
        }
        return new Vocabulary(lines);
    }

    public int IdOf(int row) => _ids[row];

    /// <summary>The graph's row of a token, or -1 when the graph does not keep it.</summary>
    public int RowOf(int id) => (uint)id < (uint)_rows.Length ? _rows[id] : -1;

    /// <summary>The rows of those ids that the graph keeps.</summary>
    public int[] RowsOf(IEnumerable<int> ids) => [.. ids.Select(RowOf).Where(r => r >= 0)];

    /// <summary>A token's bytes; empty for specials.</summary>
    public ReadOnlySpan<byte> BytesOf(int id) => (uint)id < (uint)_bytes.Length ? _bytes[id] : default;

    /// <summary>The text of tokens; broken UTF-8 becomes U+FFFD.</summary>
    public string Text(IEnumerable<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids) bytes.AddRange(BytesOf(id));
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
