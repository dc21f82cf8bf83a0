/**
 * Models as ONNX graphs, written without a protobuf library. Decides by which operators a tower is said.
 *
 * <p>Must not know other exports, nor how training computes. Open {@code OnnxExport} first.
 */
package io.tinyclip.formats.onnx;
