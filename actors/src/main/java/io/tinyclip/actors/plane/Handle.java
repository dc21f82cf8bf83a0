package io.tinyclip.actors.plane;

import java.util.regex.Pattern;

/**
 * Names published floats, so that a small message can announce them.
 *
 * @param address of the data plane that has them
 * @param key unique at that address; between machines it ends in a part that nobody can guess
 * @param length floats
 */
public record Handle(String address, String key, int length) {
    private static final Pattern SECRET = Pattern.compile("/[0-9a-f]{32}$");

    /** What is told to people: whoever reads it can fetch nothing by it. */
    public String name() {
        return SECRET.matcher(key).replaceFirst("");
    }

    @Override
    public String toString() {
        return "[" + name() + "] of " + length + " floats at [" + address + "]";
    }
}
