package io.tinyclip.formats.onnx;

/** How the weights of an ONNX file are stored. */
public enum OnnxWeights {
    /** As they are. */
    FP32,
    /** IEEE 754 binary16, cast when the file is loaded: half the size, computed in fp32. */
    FP16,
    /**
     * One byte a weight of matrices, and a scale for each output. Products of a tower's layers are computed in whole numbers, for
     * which each input is rounded by its own largest number; norms, biases and positions stay fp32.
     */
    INT8
}
