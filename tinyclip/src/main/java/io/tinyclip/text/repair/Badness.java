package io.tinyclip.text.repair;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which neighbours in a text are unlikely to have been meant, as ftfy judges. Its rules are read into sets of characters
 * and not into an expression, for the JDK's takes a millisecond for a caption with an accent.
 */
final class Badness {
    private static final String CLASS = "class";
    private static final String START = "^";
    private static final char NOT = '!';
    private static final char RANGE = '+';
    private static final Badness RULES = new Badness(Tables.read("badness.txt"));

    private final Map<String, BitSet> classes = new HashMap<>();
    private final List<Rule> rules = new ArrayList<>();

    /**
     * @param start whether the rule holds at the start of a text only
     * @param places what follows each other
     */
    private record Rule(boolean start, List<BitSet> places) {
        boolean matches(int[] text, int at) {
            if ((start && at > 0) || at + places.size() > text.length) {
                return false;
            }
            for (int i = 0; i < places.size(); i++) {
                if (!places.get(i).get(text[at + i])) {
                    return false;
                }
            }
            return true;
        }
    }

    private Badness(List<List<String>> lines) {
        for (List<String> line : lines) {
            if (line.get(0).equals(CLASS)) {
                BitSet members = classes.computeIfAbsent(line.get(1), name -> new BitSet());
                line.subList(2, line.size()).forEach(range -> Tables.addRange(range, members));
            } else {
                boolean start = line.get(1).equals(START);
                rules.add(new Rule(
                        start,
                        line.subList(start ? 2 : 1, line.size()).stream()
                                .map(this::place)
                                .toList()));
            }
        }
    }

    static boolean isIn(String text) {
        int[] characters = text.codePoints().toArray();
        for (int at = 0; at < characters.length; at++) {
            for (Rule rule : RULES.rules) {
                if (rule.matches(characters, at)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Names of classes and, after a plus, ranges; all others after an exclamation mark. */
    private BitSet place(String words) {
        BitSet place = new BitSet();
        boolean negated = words.charAt(0) == NOT;
        for (String word : words.substring(negated ? 1 : 0).split(",")) {
            if (word.charAt(0) == RANGE) {
                Tables.addRange(word.substring(1), place);
            } else {
                place.or(classes.getOrDefault(word, new BitSet()));
            }
        }
        if (negated) {
            place.flip(0, Character.MAX_CODE_POINT + 1);
        }
        return place;
    }
}
