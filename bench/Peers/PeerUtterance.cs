namespace SpeechQA.Bench.Peers;

/// <summary>An utterance that all peers recognise.</summary>
/// <param name="Call">Its recording: the naive design has a session for each.</param>
/// <param name="Text">What was said.</param>
/// <param name="File">Raw float32 samples at 16 kHz, for processes of any kind.</param>
/// <param name="End">Where its voice ends in its call, seconds.</param>
/// <param name="AudioContext">Encoder steps of 20 ms in the window that we would give it.</param>
internal sealed record PeerUtterance(string Call, string Language, string Text, double Seconds, string File, int AudioContext,
    double End = 0);
