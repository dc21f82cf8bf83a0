/**
 * The loss of one partition from everybody's features: its terms as TorchScript, their weighted sum in Java. Decides which
 * arrays a term compares and who is whose positive.
 *
 * <p>Knows the engine and a plan of weights; must not know towers: features come in, cotangents go out. Open
 * {@code LossCompute} first, beside {@code affinity.torchscript}; {@code LossShare} is what workers of a process share.
 */
package io.tinyclip.loss;
