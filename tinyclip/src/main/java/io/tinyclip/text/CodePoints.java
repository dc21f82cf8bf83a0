package io.tinyclip.text;

import io.tinyclip.resource.Resource;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What counts as a letter and as a number, and lower case, by tables of our own: the JDK's know more characters with each
 * release, and a text must have the same ids on all of them.
 */
final class CodePoints {
    private static final String FILE = "code-points.txt";
    private static final int HEXADECIMAL = 16;
    private static final CodePoints TABLES = load();

    private final BitSet letters = new BitSet();
    private final BitSet numbers = new BitSet();
    private final BitSet cased = new BitSet();
    private final BitSet ignored = new BitSet();
    private final Map<Integer, Integer> lower = new HashMap<>();

    private CodePoints() {}

    static boolean isLetter(int c) {
        return TABLES.letters.get(c);
    }

    static boolean isNumber(int c) {
        return TABLES.numbers.get(c);
    }

    /** A letter that has a case. */
    static boolean isCased(int c) {
        return TABLES.cased.get(c);
    }

    /** Has no say in where a word ends: marks, and punctuation inside words. */
    static boolean isCaseIgnored(int c) {
        return TABLES.ignored.get(c);
    }

    /** Of one character for itself; see {@link LowerCase} for those that need more. */
    static int toLowerCase(int c) {
        return TABLES.lower.getOrDefault(c, c);
    }

    /** As Python's {@code str.isspace}: the separators 0x1c to 0x1f and the next line are spaces too. */
    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    private static CodePoints load() {
        CodePoints tables = new CodePoints();
        Resource.lines(CodePoints.class, FILE).forEach(line -> tables.add(line.split(" ")));
        return tables;
    }

    /** A line: what it lists, then ranges as {@code 61-7a} or {@code aa}, for lower case with {@code :20} for the distance. */
    private void add(String[] words) {
        for (int i = 1; i < words.length; i++) {
            int colon = words[i].indexOf(':');
            String[] range = (colon < 0 ? words[i] : words[i].substring(0, colon)).split("-");
            int from = Integer.parseInt(range[0], HEXADECIMAL);
            int to = Integer.parseInt(range[range.length - 1], HEXADECIMAL) + 1;
            switch (words[0]) {
                case "letter" -> letters.set(from, to);
                case "number" -> numbers.set(from, to);
                case "cased" -> cased.set(from, to);
                case "ignored" -> ignored.set(from, to);
                case "lower" -> {
                    int distance = Integer.parseInt(words[i].substring(colon + 1), HEXADECIMAL);
                    for (int c = from; c < to; c++) {
                        lower.put(c, c + distance);
                    }
                }
                default -> throw new IllegalStateException("[" + words[0] + "] of " + FILE + " is unknown");
            }
        }
    }
}
