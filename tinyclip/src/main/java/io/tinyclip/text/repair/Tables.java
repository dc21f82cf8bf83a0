package io.tinyclip.text.repair;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;

/** The tables that scripts/reference/characters.py wrote. */
final class Tables {
    private static final int HEXADECIMAL = 16;

    private Tables() {}

    /** The words of each line. */
    static List<List<String>> read(String file) {
        InputStream resource = Tables.class.getResourceAsStream(file);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII))) {
            return lines.lines().map(line -> List.of(line.split(" "))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " of this jar cannot be read", e);
        }
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
