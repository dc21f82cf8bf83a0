package io.tinyclip.cluster.record;

/**
 * What was done to a run on purpose, to see that it bears it; see scripts/chaos.
 *
 * @param kind such as {@code kill}
 * @param role to whom, such as {@code server}
 * @param target the machine or file
 * @param point the failpoint; empty where it came at no certain one
 * @param step committed steps when it came
 * @param pauseSeconds the longest time without a commit before the next one came
 * @param redone steps that were committed again in that time
 */
public record SufferedFault(
        String kind, String role, String target, String point, int step, double pauseSeconds, int redone) {}
