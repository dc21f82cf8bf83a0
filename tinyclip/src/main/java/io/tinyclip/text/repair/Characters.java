package io.tinyclip.text.repair;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** Repairs of single characters. */
final class Characters {
    /** Colours and movements of the cursor. */
    private static final Pattern TERMINAL = Pattern.compile("\u001b\\[[\\p{Nd};]*+[a-zA-Z]");

    /** Has no effect that can be seen: controls of ASCII and of old Arabic, annotations, mark of the byte order. */
    private static final Pattern CONTROLS =
            Pattern.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\\u206a-\\u206f\\ufeff\\ufff9-\\ufffc]");

    private static final char LONG_S_T = '\ufb05';

    private Characters() {}

    static String mend(String text) {
        StringBuilder mended = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = CodePage.windows(text.charAt(i));
            if (c == '\r') {
                mended.append(i + 1 < text.length() && text.charAt(i + 1) == '\n' ? "" : "\n");
            } else if (isLoneSurrogate(text, i)) {
                mended.append('\ufffd');
            } else if (isJoinedOrWide(c)) {
                appendPlain(c, mended);
            } else {
                mended.append(plain(c));
            }
        }
        return CONTROLS.matcher(TERMINAL.matcher(mended).replaceAll("")).replaceAll("");
    }

    private static boolean isLoneSurrogate(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    /** Latin ligatures and digraphs, forms of full and half width, and the space of an ideograph's width. */
    private static boolean isJoinedOrWide(char c) {
        return (c >= 0xff01 && c <= 0xffef)
                || c == 0x3000
                || (c >= 0xfb00 && c <= 0xfb06)
                || c == 0x132
                || c == 0x133
                || c == 0x149
                || (c >= 0x1c4 && c <= 0x1cc)
                || (c >= 0x1f1 && c <= 0x1f3);
    }

    private static void appendPlain(char c, StringBuilder mended) {
        String parts = c == LONG_S_T ? "\u017ft" : Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKC);
        parts.chars().forEach(part -> mended.append(plain((char) part)));
    }

    /** Straight for curly quotes, one kind of line break. */
    private static char plain(char c) {
        return switch (c) {
            case '\u02bc', '\u2018', '\u2019', '\u201a', '\u201b' -> '\'';
            case '\u201c', '\u201d', '\u201e', '\u201f' -> '"';
            case '\u2028', '\u2029' -> '\n';
            default -> c;
        };
    }
}
