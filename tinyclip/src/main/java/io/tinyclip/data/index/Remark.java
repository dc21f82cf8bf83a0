package io.tinyclip.data.index;

/**
 * What of a shard is in no sample, or in none as it is, for a line to the user at every start.
 *
 * @param reason in one word, for programs
 * @param number how often
 * @param example names the first, as far as its first 200 characters
 */
public record Remark(String reason, long number, String example) {
    private static final int MOST_CHARACTERS = 200;

    public Remark {
        example = example.substring(0, Math.min(example.length(), MOST_CHARACTERS));
    }
}
