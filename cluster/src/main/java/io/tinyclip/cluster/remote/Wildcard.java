package io.tinyclip.cluster.remote;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A name with stars, each of which stands for anything but a slash; or a folder with all below it, which ends with a slash. */
record Wildcard(String name) {
    /** What all names begin with. */
    String prefix() {
        return name.replaceFirst("(?s)\\*.*", "");
    }

    boolean matches(String candidate) {
        if (!name.contains("*")) {
            return candidate.startsWith(name) && !candidate.endsWith("/");
        }
        String pattern = Stream.of(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^/]*"));
        return Pattern.matches(pattern, candidate);
    }
}
