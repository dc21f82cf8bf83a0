/**
 * PyTorch's files, read without PyTorch: the zip of {@code torch.save}, its older stream, and TorchScript archives. Their
 * pickles are a program for a stack machine; the one here can build tensors and plain containers and nothing else.
 */
package io.tinyclip.files.torch;
