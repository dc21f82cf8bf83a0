/**
 * One run or pretraining from its folder to its report. It decides the order of things: what is checked before anything is
 * computed, what is written before anything is announced, and what happens at a stage's end, at a stop and at a failure. It
 * must not know where the actors live, which a {@link io.tinyclip.cluster.run.RunHost} decides, nor the command line. Open
 * {@link io.tinyclip.cluster.run.Training} first, then Lead.
 */
package io.tinyclip.cluster.run;
