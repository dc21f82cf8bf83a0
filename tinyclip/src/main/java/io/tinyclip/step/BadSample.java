package io.tinyclip.step;

/**
 * A sample whose picture cannot be used, whoever tries.
 *
 * @param tar that holds it; empty where none does
 * @param key in it
 * @param reason in words, without the place
 */
public record BadSample(String tar, String key, String reason) {
    /** Letters of each; who names more is cut short, for this travels between machines. */
    private static final int LONGEST = 200;

    public BadSample {
        tar = cut(tar);
        key = cut(key);
        reason = cut(reason);
    }

    /** Where it is, in brackets: {@code [00033] of tar [/data/3.tar]}, or a file alone. */
    public String place() {
        return "[" + key + "]" + (tar.isEmpty() ? "" : " of tar [" + tar + "]");
    }

    /** The end says more of a path than its beginning. */
    private static String cut(String text) {
        return text.length() <= LONGEST ? text : "..." + text.substring(text.length() - LONGEST + 3);
    }
}
