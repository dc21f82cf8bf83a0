/**
 * PyTorch's files, read without PyTorch: the zip of {@code torch.save}, its older stream, and TorchScript archives. Their
 * pickles are a program for a stack machine; the one here can build tensors and plain containers and nothing else.
 *
 * <p>Decides what such a file may contain; must not know models. Open {@code TorchFile} first, then {@code Pickle}.
 */
package io.tinyclip.files.torch;
