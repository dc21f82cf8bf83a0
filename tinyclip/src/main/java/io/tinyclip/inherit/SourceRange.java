package io.tinyclip.inherit;

/** Floats [from, to) of the old vector. */
public record SourceRange(int from, int to) {}
