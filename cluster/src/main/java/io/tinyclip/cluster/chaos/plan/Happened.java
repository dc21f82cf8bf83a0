package io.tinyclip.cluster.chaos.plan;

/**
 * A fault that came.
 *
 * @param target the machine or file
 * @param step committed steps when it came
 * @param millis when it came, by the timeline's clock
 */
public record Happened(Fault fault, String target, int step, long millis) {}
