/**
 * libtorch, the devices it computes on, and the memory that it shares with Java. Decides how a thread has to be prepared so
 * that bits do not depend on the number of cores, and what a GPU must offer before anything is computed on it.
 *
 * <p>{@code TensorScope}, {@code Tensor} and {@code Script} are all that kernels, losses and training know of tensors; a
 * package below this one implements them. Must not know models, losses or training: source text comes in, a compiled script
 * goes out. Open {@code Torch} first, then {@code TensorScope} and {@code Script}.
 */
package io.tinyclip.engine;
