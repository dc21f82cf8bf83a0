package io.tinyclip.text;

import java.util.List;
import java.util.Optional;

/**
 * Cuts a cleaned text into the words that are split for themselves: special tokens, the seven endings of English, runs of
 * letters, single numbers and runs of anything else.
 */
final class Words {
    /** Tried in this order; each in any case, for the long s is no capital and lower case leaves it. */
    private static final List<String> FIXED =
            List.of(Tokenizer.START_TEXT, Tokenizer.END_TEXT, "'s", "'t", "'re", "'ve", "'m", "'ll", "'d");

    /**
     * Belongs to no word. It is a mark, but its capital is the letter iota, and an expression that ignores case matches it
     * neither as the one nor as the other.
     */
    private static final char IOTA_SUBSCRIPT = '\u0345';

    private final String text;
    private int at;

    /** @param text without any space but U+0020 */
    Words(String text) {
        this.text = text;
    }

    /** The next word, none at the end. */
    Optional<String> next() {
        while (at < text.length() && isBetween(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return Optional.empty();
        }
        int from = at;
        at = end(from);
        return Optional.of(text.substring(from, at));
    }

    private int end(int from) {
        for (String word : FIXED) {
            if (text.regionMatches(true, from, word, 0, word.length())) {
                return from + word.length();
            }
        }
        int first = text.codePointAt(from);
        int end = from + Character.charCount(first);
        if (CodePoints.isNumber(first)) {
            return end;
        }
        boolean letters = CodePoints.isLetter(first);
        while (end < text.length() && continues(text.codePointAt(end), letters)) {
            end += Character.charCount(text.codePointAt(end));
        }
        return end;
    }

    private static boolean continues(int c, boolean letters) {
        return letters ? CodePoints.isLetter(c) : !isBetween(c) && !CodePoints.isLetter(c) && !CodePoints.isNumber(c);
    }

    private static boolean isBetween(int c) {
        return c == ' ' || c == IOTA_SUBSCRIPT;
    }
}
