using SpeechQA.Bench.Commands;
using SpeechQA.Bench.Contract;
using SpeechQA.Host.Tests;

namespace SpeechQA.Bench.Tests.Contract;

/// <summary>The committed JSON Schema is that of the records that are written.</summary>
public sealed class ContractSchemaTests
{
    [Fact]
    public void The_committed_schema_is_the_one_of_the_records() => Assert.True(
        File.ReadAllText(Repository.Path(ContractSchema.Path)) == ContractSchema.Text(),
        $"{ContractSchema.Path} is not that of the records; see what changed, write it anew with '{BenchCommands.Program} schema "
        + $"{ContractSchema.Path}' and tell docs/api.md and CHANGELOG.md");
}
