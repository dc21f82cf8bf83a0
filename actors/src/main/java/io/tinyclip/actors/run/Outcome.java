package io.tinyclip.actors.run;

/**
 * How a run ended.
 *
 * @param digest the state digest at the newest checkpoint
 * @param finished whether every stage is complete; otherwise the run was stopped and goes on when it is started again
 */
public record Outcome(String digest, boolean finished) {}
