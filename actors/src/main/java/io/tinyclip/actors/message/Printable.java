package io.tinyclip.actors.message;

/** Texts of others, as they may be shown to people: on one line, and not too long. */
public final class Printable {
    private static final int MOST_LETTERS = 300;

    private Printable() {}

    public static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(MOST_LETTERS)
                .map(letter -> Character.isISOControl(letter) ? '?' : letter)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }
}
