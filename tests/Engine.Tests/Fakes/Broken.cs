using System.Reflection;
using System.Runtime.CompilerServices;

namespace SpeechQA.Engine.Tests.Fakes;

/// <summary>
/// Breaks parts that have no fake because nobody replaces them in production: the next thing that the part is asked for
/// throws. A part that is not there (any more) fails the test.
/// </summary>
internal static class Broken
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>An object without anything in it: none of its fields is set.</summary>
    public static T Hollow<T>() where T : class => (T)RuntimeHelpers.GetUninitializedObject(typeof(T));

    /// <summary>Empties all fields that hold objects of a part.</summary>
    /// <param name="path">From <paramref name="owner"/> to the part, names of fields and properties.</param>
    public static void Empty(object owner, params string[] path)
    {
        var part = Part(owner, path);
        foreach (var field in part.GetType().GetFields(Any))
            if (!field.FieldType.IsValueType) field.SetValue(part, null);
    }

    /// <summary>A part of an object.</summary>
    /// <inheritdoc cref="Empty" path="/param"/>
    public static object Part(object owner, params string[] path) => path.Aggregate(owner, Follow);

    /// <summary>Sets a field of a part.</summary>
    public static void Set(object part, string field, object? value) => FieldOf(part, field).SetValue(part, value);

    private static object Follow(object owner, string name)
    {
        var property = owner.GetType().GetProperty(name, Any);
        var value = property is not null ? property.GetValue(owner) : FieldOf(owner, name).GetValue(owner);
        return value ?? throw new InvalidOperationException($"{owner.GetType().Name}.{name} is empty");
    }

    private static FieldInfo FieldOf(object owner, string name) =>
        owner.GetType().GetField(name, Any) ?? throw new InvalidOperationException($"{owner.GetType().Name} has no field {name}");
}
