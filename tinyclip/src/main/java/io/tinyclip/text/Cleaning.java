package io.tinyclip.text;

import io.tinyclip.text.repair.HtmlEntities;
import io.tinyclip.text.repair.TextRepair;

/** The form of a text that CLIP's tokenizers cut into words. */
final class Cleaning {
    private Cleaning() {}

    /**
     * Broken Unicode mended, entities replaced twice (captions from the web are often escaped twice), one space between
     * words, lower case.
     */
    static String clean(String text) {
        return LowerCase.of(oneSpace(HtmlEntities.unescape(HtmlEntities.unescape(TextRepair.repair(text)))));
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
