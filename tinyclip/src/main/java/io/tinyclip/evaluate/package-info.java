/**
 * How good a model is, seen from outside: retrieval among pictures and captions, zero-shot classification, and the baselines
 * beside them. Decides which questions are asked and when an answer counts as right.
 *
 * <p>Must not know how a model computes; it is an {@code Embedder}. Open {@code EvaluationSet} first for what a run is judged
 * on, {@code JudgedTask} for what models are compared by elsewhere.
 */
package io.tinyclip.evaluate;
