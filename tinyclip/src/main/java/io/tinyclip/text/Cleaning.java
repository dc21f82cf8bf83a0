package io.tinyclip.text;

import java.util.regex.Pattern;

/** The form of a text that OpenAI's tokenizer cuts into words, short of ftfy's repairs. */
final class Cleaning {
    private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private Cleaning() {}

    /** Entities replaced twice (captions from the web are often escaped twice), one space between words, lower case. */
    static String clean(String text) {
        String plain = strip(HtmlEntities.unescape(HtmlEntities.unescape(text)));
        return LowerCase.of(strip(SPACES.matcher(plain).replaceAll(" ")));
    }

    /** Python's {@code str.strip}: it takes the separators 0x1c to 0x1f for spaces too, {@code \s} does not. */
    private static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}
