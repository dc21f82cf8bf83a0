package io.tinyclip.data;

/**
 * What a pair is called where it lies.
 *
 * @param tar that holds it; empty where none does
 * @param key in it
 */
public record SampleLabel(String tar, String key) {}
