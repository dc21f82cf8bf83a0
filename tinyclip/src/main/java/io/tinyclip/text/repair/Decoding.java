package io.tinyclip.text.repair;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Undoes a decoding with the wrong character set: back to the bytes, and by UTF-8 to the text that was meant. */
final class Decoding {
    /** UTF-8, were it not for a space in place of the byte 0xa0. The bytes that lead to likely characters only. */
    private static final Pattern SPACED = Pattern.compile("[\\xc2\\xc3\\xc5\\xce\\xd0\\xd9] "
            + "|[\\xe2\\xe3] [\\x80-\\x84\\x86-\\x9f\\xa1-\\xbf]"
            + "|[\\xe0-\\xe3][\\x80-\\x84\\x86-\\x9f\\xa1-\\xbf] "
            + "|\\xf0 [\\x80-\\xbf]{2}|\\xf0[\\x80-\\xbf] [\\x80-\\xbf]|\\xf0[\\x80-\\xbf]{2} ");

    /** An accented A that is a word of French or Portuguese: there the space is one too. */
    private static final Pattern WORD_A = Pattern.compile("\\xc3 (?! |quele|quela|quilo|s )");

    /** UTF-8 of which bytes were lost, in a few places to a question mark. */
    private static final Pattern LOST = Pattern.compile("[\\xc2-\\xdf]\\x1a|[\\xc2-\\xc3]\\?"
            + "|\\xed[\\xa0-\\xaf][\\x1a?]\\xed[\\xb0-\\xbf][\\x1a?\\x80-\\xbf]"
            + "|\\xed[\\xa0-\\xaf][\\x1a?\\x80-\\xbf]\\xed[\\xb0-\\xbf][\\x1a?]"
            + "|[\\xe0-\\xef][\\x1a?][\\x1a\\x80-\\xbf]|[\\xe0-\\xef][\\x1a\\x80-\\xbf][\\x1a?]"
            + "|[\\xf0-\\xf4][\\x1a?][\\x1a\\x80-\\xbf]{2}"
            + "|[\\xf0-\\xf4][\\x1a\\x80-\\xbf][\\x1a?][\\x1a\\x80-\\xbf]"
            + "|[\\xf0-\\xf4][\\x1a\\x80-\\xbf]{2}[\\x1a?]|\\x1a");

    /** Continuations of UTF-8 that stand for themselves beside broken letters too: dashes, quotes, dots. */
    private static final String ALONE = "\u2013-\u2015\u2018-\u201a\u201c-\u201e\u2022\u2026";

    /**
     * Runs of what would be characters of UTF-8, in any page, inside other text. For a byte 0xa0 there may be a space. The
     * quantifier is possessive only because the JDK recurses otherwise: the first letters of the kinds differ.
     */
    private static final Pattern INSIDE = inside();

    private static final String REPLACEMENT = "\u00ef\u00bf\u00bd";

    private Decoding() {}

    /** The text that was meant; one that does not look broken stays as it is. */
    static String mend(String text, Effort effort) {
        String before = text;
        String after = once(text, effort);
        while (!after.equals(before) && effort.spend(after.length())) {
            before = after;
            after = once(before, effort);
        }
        return after;
    }

    private static String once(String text, Effort effort) {
        if (text.chars().allMatch(c -> c < 0x80) || !Badness.isIn(text)) {
            return text;
        }
        for (CodePage page : CodePage.ALL) {
            Optional<String> meant = page.encode(text).flatMap(bytes -> Utf8.decode(mendBytes(bytes, page)));
            if (meant.isPresent()) {
                return meant.get();
            }
        }
        String mended =
                INSIDE.matcher(text).replaceAll(part -> Matcher.quoteReplacement(part(part.group(), text, effort)));
        return mended.equals(text) ? windows(text) : mended;
    }

    /** Texts put together from several sources may be broken in parts. */
    private static String part(String part, String whole, Effort effort) {
        return part.length() < whole.length() && Badness.isIn(part) ? mend(part, effort) : part;
    }

    private static String mendBytes(String bytes, CodePage page) {
        String mended = bytes;
        if (!page.dashesLookBroken() && SPACED.matcher(bytes).find()) {
            mended = SPACED.matcher(WORD_A.matcher(bytes).replaceAll("\u00c3\u00a0 "))
                    .replaceAll(match -> match.group().replace(' ', '\u00a0'));
        }
        return page.mayLose() ? LOST.matcher(mended).replaceAll(REPLACEMENT) : mended;
    }

    /** What nothing else explains is at least no control character. */
    private static String windows(String text) {
        StringBuilder mended = new StringBuilder(text.length());
        text.chars().forEach(c -> mended.append(CodePage.windows((char) c)));
        return mended.toString();
    }

    private static Pattern inside() {
        String continuation = CodePage.letters(0x80, 0xbf);
        return Pattern.compile("(?<![" + continuation + "&&[^" + ALONE + "]])(?:"
                + "[" + CodePage.letters(0xc2, 0xdf) + "][" + continuation + " ]|"
                + "[" + CodePage.letters(0xe0, 0xef) + "][" + continuation + " ]{2}|"
                + "[" + CodePage.letters(0xf0, 0xf0) + CodePage.letters(0xf3, 0xf3) + "][" + continuation + " ]{3})++");
    }
}
