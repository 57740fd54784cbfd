using SpeechQA.Host.Server;

namespace SpeechQA.Host.Tests.Server;

public sealed class AccessTokenTests
{
    [Theory]
    [InlineData("mia=s3cret", "mia", "s3cret")]
    [InlineData("night-shift.2=a=b==", "night-shift.2", "a=b==")]
    [InlineData("s3cret", "token", "s3cret")]
    [InlineData("c2VjcmV0IHRva2Vu==", "token", "c2VjcmV0IHRva2Vu==")] // base64 ends so
    [InlineData("=s3cret", "token", "=s3cret")]
    [InlineData("a/b=c", "token", "a/b=c")]
    public void A_token_may_have_the_name_of_its_owner(string text, string name, string value) =>
        Assert.Equal(new AccessToken(name, value), AccessToken.Read(text));

    [Fact]
    public void Several_are_separated_by_white_space()
    {
        Assert.Equal([new("mia", "a"), new("tom", "b")], AccessToken.ReadAll(" mia=a\n tom=b "));
        Assert.Empty(AccessToken.ReadAll("  "));
        Assert.Empty(AccessToken.ReadAll(null));
    }
}
