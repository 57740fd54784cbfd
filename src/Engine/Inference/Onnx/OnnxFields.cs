namespace SpeechQA.Engine.Inference.Onnx;

/// <summary>Numbers of the fields of onnx.proto3 that are read or written here, by message.</summary>
internal static class OnnxFields
{
    public const int ModelVersion = 1, ModelGraph = 7, ModelOpset = 8, OpsetDomain = 1, OpsetVersion = 2;
    public const int GraphNode = 1, GraphName = 2, GraphInitializer = 5, GraphInput = 11, GraphOutput = 12;
    public const int NodeInput = 1, NodeOutput = 2, NodeOperator = 4, NodeAttribute = 5, AttributeTensor = 5, AttributeGraph = 6;
    public const int TensorDims = 1, TensorType = 2, TensorName = 8, TensorRaw = 9;
    public const int ValueName = 1, ValueTypeProto = 2, TypeTensor = 1, TensorElement = 1, TensorShape = 2, ShapeDimension = 1,
        DimensionValue = 1, DimensionName = 2;
}
