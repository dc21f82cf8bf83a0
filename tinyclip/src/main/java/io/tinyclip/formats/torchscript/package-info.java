/** Models as TorchScript archives, which PyTorch opens in Python, C++ and Java without our code. */
package io.tinyclip.formats.torchscript;
