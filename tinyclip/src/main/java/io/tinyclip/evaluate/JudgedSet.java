package io.tinyclip.evaluate;

/**
 * A set that a run judges its students on, as machines speak of it: they may have it in different places, and never another one
 * under its name.
 *
 * @param name by which the user calls it
 * @param place path or address where whoever leads has it; empty for the pairs that the settings of the run name
 * @param split of it
 * @param samples pictures of it that are judged, at even distances; 0 for all
 * @param task which of the set's tasks, from 0
 * @param contentHash SHA-256, in hex, of all that decides the figures but the model
 */
public record JudgedSet(String name, String place, String split, int samples, int task, String contentHash) {}
