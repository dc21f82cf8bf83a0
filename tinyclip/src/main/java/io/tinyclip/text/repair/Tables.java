package io.tinyclip.text.repair;

import io.tinyclip.resource.Resource;
import java.util.BitSet;
import java.util.List;

/** The tables that scripts/reference/characters.py wrote. */
final class Tables {
    private static final int HEXADECIMAL = 16;

    private Tables() {}

    /** The words of each line. */
    static List<List<String>> read(String file) {
        return Resource.lines(Tables.class, file).stream()
                .map(line -> List.of(line.split(" ")))
                .toList();
    }

    static int codePoint(String hexadecimal) {
        return Integer.parseInt(hexadecimal, HEXADECIMAL);
    }

    /** Adds a range, {@code 61-7a}, or a single code point. */
    static void addRange(String range, BitSet set) {
        int dash = range.indexOf('-');
        int from = codePoint(dash < 0 ? range : range.substring(0, dash));
        set.set(from, codePoint(range.substring(dash + 1)) + 1);
    }
}
