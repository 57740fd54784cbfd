using SpeechQA.Engine.Rules.Phrases;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SpeechQA.Engine.Rules.Reading;

/// <summary>A node of a YAML file with the line it stands on, 1-based.</summary>
internal abstract record YamlNode(int Line);

internal sealed record YamlText(int Line, string Value) : YamlNode(Line);

internal sealed record YamlList(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line);

/// <summary>Keys in the order of the file; a key that occurs twice is reported when it is read and kept once.</summary>
internal sealed record YamlMap(int Line, IReadOnlyList<(YamlText Key, YamlNode Value)> Entries) : YamlNode(Line)
{
    public YamlNode? this[string key] => Entries.FirstOrDefault(e => e.Key.Value == key).Value;
}

/// <summary>
/// Reads YAML into plain nodes from the parser's events: nothing is resolved, so there are no anchors to expand, no tags
/// to construct, and every node knows its line. Depth is limited.
/// </summary>
internal sealed class YamlTree
{
    private readonly IParser _parser;
    private readonly Action<int, string, string> _fault;

    private YamlTree(IParser parser, Action<int, string, string> fault)
    {
        _parser = parser;
        _fault = fault;
    }

    /// <summary>The documents of a file; what could not be read is told to <paramref name="fault"/> (line, reason, remedy).</summary>
    public static IReadOnlyList<YamlNode> Read(string text, Action<int, string, string> fault)
    {
        var documents = new List<YamlNode>();
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            while (parser.Accept<DocumentStart>(out _))
            {
                parser.Consume<DocumentStart>();
                if (new YamlTree(parser, fault).Node(0) is { } node) documents.Add(node);
                parser.Consume<DocumentEnd>();
            }
        }
        catch (YamlException e)
        {
            var reason = e.Message.Contains("): ", StringComparison.Ordinal)
                ? e.Message[(e.Message.IndexOf("): ", StringComparison.Ordinal) + 3)..] : e.Message;
            fault((int)e.Start.Line, $"not YAML: {reason.TrimEnd('.').ReplaceLineEndings(" ")}",
                "correct the line; put phrases that begin with * [ { & ! | > % @ or contain ': ' in quotes");
        }
        return documents;
    }

    private YamlNode? Node(int depth)
    {
        if (depth > RuleLimits.YamlNesting)
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"nested more than {RuleLimits.YamlNesting} levels deep");
        if (_parser.Current is NodeEvent { Anchor.IsEmpty: false } anchored)
            Fault(anchored, "anchors (&name) are not allowed", "write the value out, or use terms for phrases");
        if (_parser.TryConsume<Scalar>(out var scalar)) return new YamlText((int)scalar.Start.Line, scalar.Value);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            Fault(alias, "aliases (*name) are not allowed", "put phrases that begin with * in quotes; use terms to share phrases");
            return null;
        }
        return _parser.Accept<SequenceStart>(out _) ? List(depth) : Map(depth);
    }

    private YamlList List(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<YamlNode>();
        while (!_parser.Accept<SequenceEnd>(out _))
            if (Node(depth + 1) is { } item) items.Add(item);
        _parser.Consume<SequenceEnd>();
        return new YamlList((int)start.Start.Line, items);
    }

    private YamlMap Map(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new List<(YamlText, YamlNode)>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.Accept<MappingEnd>(out _))
        {
            var at = _parser.Current!;
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not YamlText text) Fault(at, "a key must be a word", "write key: value");
            else if (!keys.Add(text.Value)) Fault(at, $"'{text.Value}' is given twice", "keep one of them");
            else if (value is not null) entries.Add((text, value));
        }
        _parser.Consume<MappingEnd>();
        return new YamlMap((int)start.Start.Line, entries);
    }

    private void Fault(ParsingEvent at, string reason, string remedy) => _fault((int)at.Start.Line, reason, remedy);
}
