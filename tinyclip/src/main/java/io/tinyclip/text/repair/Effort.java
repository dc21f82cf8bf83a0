package io.tinyclip.text.repair;

/**
 * What may still be spent on repeating the steps on one text. Each step can lay bare something for the next, a character
 * at a time, so that without a bound a hostile text costs the square of its length.
 */
final class Effort {
    /** Characters gone over again: a text of 200 may be repeated 250 times. */
    private static final int MOST = 50_000;

    private int left = MOST;

    /** Whether a text of that many characters may be gone over once more. */
    boolean spend(int characters) {
        left = Math.max(0, left - characters);
        return left > 0;
    }
}
