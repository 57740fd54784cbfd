using System.Globalization;
using SpeechQA.Engine.Core;

namespace SpeechQA.Host.Output;

/// <summary>
/// How the legs of a call are told to a person: by their party, and by a number where two legs are of the same party
/// (<c>unknown 1</c>, <c>unknown 2</c>).
/// </summary>
/// <param name="parties">The party of each leg, by leg index.</param>
internal sealed class LegNames(IReadOnlyList<Party> parties)
{
    /// <summary>The name of a leg.</summary>
    public string this[int leg] =>
        parties.Count(p => p == parties[leg]) == 1
            ? PartyName.Of(parties[leg])
            : string.Create(CultureInfo.InvariantCulture,
                $"{PartyName.Of(parties[leg])} {parties.Take(leg + 1).Count(p => p == parties[leg])}");

    /// <summary>Nobody needs to be told who speaks: there is one leg, and its party is not known.</summary>
    public bool NeedNoName => parties is [Party.Unknown];
}
