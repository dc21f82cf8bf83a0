package io.tinyclip.actors.plane;

/**
 * Names published floats, so that a small message can announce them.
 *
 * @param address of the data plane that has them
 * @param key unique at that address
 * @param length floats
 */
public record Handle(String address, String key, int length) {}
