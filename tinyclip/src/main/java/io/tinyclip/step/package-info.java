/**
 * What a step of training asks of a worker, and what it gets back: features, log-sum-exps, a gradient. Decides the seam
 * between those who coordinate and those who compute.
 *
 * <p>Must not know either side; simulations stand in for the real work here. Open {@code StepCompute} first.
 */
package io.tinyclip.step;
