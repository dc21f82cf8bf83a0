package io.tinyclip.model;

/**
 * A convolution without bias, and the batch norm behind it.
 *
 * @param name of the convolution, as OpenCLIP's tensors begin
 * @param norm name of the batch norm
 * @param inputs channels
 * @param outputs channels
 * @param window pixels along a side of what it looks at
 * @param side pixels along a side of its output
 */
public record Convolution(String name, String norm, int inputs, int outputs, int window, int side) {
    /** Multiply-accumulates for one image. */
    public long macs() {
        return (long) side * side * outputs * fanIn();
    }

    /** Inputs of one output value. */
    public long fanIn() {
        return (long) inputs * window * window;
    }
}
