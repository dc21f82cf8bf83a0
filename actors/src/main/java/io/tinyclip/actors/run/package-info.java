/**
 * What the coordinator decides: facts and the time go in, effects come out. Must not know Akka, a clock, threads,
 * files, an engine or randomness: a seeded simulation runs it by itself. Open {@code RunMode} first for the diagram of
 * a run, then {@code RunState} for the facts, and the decider whose concern it is: {@code Stepping}, {@code Moving},
 * {@code Staging}, {@code Disputes}, {@code Workers} or {@code Servers}. Where they meet is {@code RunCourse}.
 */
package io.tinyclip.actors.run;
