/**
 * Models as TorchScript archives, which PyTorch opens in Python, C++ and Java without our code. Decides how the kernels'
 * source becomes modules with named parameters.
 *
 * <p>Must not know libtorch: it only writes text and tensors. Open {@code TorchScriptExport} first.
 */
package io.tinyclip.formats.torchscript;
