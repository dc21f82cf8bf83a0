package io.tinyclip.actors.message;

import io.tinyclip.plan.Cursor;
import java.util.Comparator;

/**
 * What every message carries: which version of the run's state it is about.
 *
 * @param epoch the fence: a new coordinator takes a higher one, and lower ones are refused
 * @param cursor the step; equal to the phase's steps where the phase is complete
 * @param layout hash of the vector's layout
 */
public record Stamp(long epoch, Cursor cursor, String layout) {
    /** By epoch, then by step. */
    public static final Comparator<Stamp> ORDER = Comparator.comparingLong(Stamp::epoch)
            .thenComparing(
                    Stamp::cursor,
                    Comparator.comparingInt(Cursor::stage)
                            .thenComparing(Cursor::phase)
                            .thenComparingInt(Cursor::step));

    /** Whether this is about an earlier step, or of an earlier epoch, than the other. */
    public boolean before(Stamp other) {
        return ORDER.compare(this, other) < 0;
    }

    /** Whether the other's shards are cut alike, and of the same time: of its epoch and layout, whatever the step. */
    public boolean sharesMapWith(Stamp other) {
        return epoch == other.epoch && layout.equals(other.layout);
    }

    /** Names the version in keys of the data plane. */
    public String key() {
        return epoch + "/" + cursor.stage() + "-" + cursor.phase() + "-" + cursor.step() + "/" + layout;
    }
}
