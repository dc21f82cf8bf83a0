package io.tinyclip.evaluate;

/**
 * A part of what is to be embedded of a set.
 *
 * @param texts whether texts are meant, not pictures
 * @param from first of them
 * @param to one past the last, at most {@link TaskEmbedder#BATCH} further
 */
public record SetPart(JudgedSet set, boolean texts, int from, int to) {
    public SetPart {
        if (from < 0 || to <= from || to - from > TaskEmbedder.BATCH) {
            throw new IllegalArgumentException(
                    "part [" + from + ", " + to + ") must have from 1 to " + TaskEmbedder.BATCH);
        }
    }
}
