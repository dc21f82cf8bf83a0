package io.tinyclip.text;

import io.tinyclip.text.repair.HtmlEntities;
import io.tinyclip.text.repair.TextRepair;

/** The form of a text that CLIP's tokenizers cut into words. */
final class Cleaning {
    /** Characters of a text that are looked at: far more than the ids of any context length come from. */
    static final int MOST = 10_000;

    private Cleaning() {}

    /**
     * Broken Unicode mended, entities replaced twice (captions from the web are often escaped twice), one space between
     * words, lower case. The reference cleans a text of any length; here a longer one is cut at {@link #MOST} characters
     * first, so that no text keeps a worker busy.
     */
    static String clean(String text) {
        return LowerCase.of(oneSpace(HtmlEntities.unescape(HtmlEntities.unescape(TextRepair.repair(start(text))))));
    }

    private static String start(String text) {
        if (text.length() <= MOST) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(MOST - 1)) ? MOST - 1 : MOST);
    }

    private static String oneSpace(String text) {
        StringBuilder words = new StringBuilder(text.length());
        boolean pending = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (CodePoints.isSpace(c)) {
                pending = words.length() > 0;
            } else {
                words.append(pending ? " " : "").append(c);
                pending = false;
            }
        }
        return words.toString();
    }
}
