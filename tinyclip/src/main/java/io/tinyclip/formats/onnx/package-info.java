/** Models as ONNX graphs, written without a protobuf library. */
package io.tinyclip.formats.onnx;
