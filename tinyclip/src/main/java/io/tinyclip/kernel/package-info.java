/**
 * The towers as TorchScript source, and their face in Java: forward, backward, and embeddings of a model of one layout.
 * Decides which source a layout and a precision need.
 *
 * <p>Knows the engine and layouts; must not know losses, batches of a run or devices' limits. Open {@code ClipKernel} first,
 * beside {@code clip.torchscript}.
 */
package io.tinyclip.kernel;
