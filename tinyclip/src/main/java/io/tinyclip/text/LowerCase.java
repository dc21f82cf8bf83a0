package io.tinyclip.text;

/**
 * Lower case by the rules of Unicode's chapter 3.13, as Python has it. Java's own differs in the Greek final sigma, for
 * which it asks a word breaker.
 */
final class LowerCase {
    private static final int CAPITAL_SIGMA = 0x3a3;
    private static final int FINAL_SIGMA = 0x3c2;
    private static final int DOTTED_CAPITAL_I = 0x130;
    private static final String DOTTED_I = "i\u0307";

    private LowerCase() {}

    static String of(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int c = text.codePointAt(at);
            if (c == DOTTED_CAPITAL_I) {
                lower.append(DOTTED_I);
            } else if (c == CAPITAL_SIGMA && endsWord(text, at)) {
                lower.appendCodePoint(FINAL_SIGMA);
            } else {
                lower.appendCodePoint(CodePoints.toLowerCase(c));
            }
        }
        return lower.toString();
    }

    private static boolean endsWord(String text, int sigma) {
        int before = sigma;
        while (before > 0 && CodePoints.isCaseIgnored(text.codePointBefore(before))) {
            before -= Character.charCount(text.codePointBefore(before));
        }
        int after = sigma + 1;
        while (after < text.length() && CodePoints.isCaseIgnored(text.codePointAt(after))) {
            after += Character.charCount(text.codePointAt(after));
        }
        return before > 0
                && CodePoints.isCased(text.codePointBefore(before))
                && (after == text.length() || !CodePoints.isCased(text.codePointAt(after)));
    }
}
