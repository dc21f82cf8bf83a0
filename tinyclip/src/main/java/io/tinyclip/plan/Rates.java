package io.tinyclip.plan;

/** What a commit tells the parameter servers about a step's optimizer. */
public record Rates(double weights, double masks, double multipliers, double sparsityTarget) {}
