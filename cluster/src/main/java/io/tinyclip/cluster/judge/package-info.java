/**
 * Models on sets that others have made: which sets those are, what came out, and the files that keep it. Decides when a figure
 * that is kept need not be computed again. It must not know what a figure means, which is {@code io.tinyclip.evaluate}'s. Open
 * {@link io.tinyclip.cluster.judge.SetJudge} first, then {@link io.tinyclip.cluster.judge.Judgement}.
 */
package io.tinyclip.cluster.judge;
