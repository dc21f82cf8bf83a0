package io.tinyclip.actors.plane;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;

/**
 * Floats that can be fetched until the publication ends. Their owner may write to them from then on, while somebody
 * still copies them: every copy is checked afterwards and is worthless where the publication has ended by then.
 */
public final class Publication {
    private final FloatBuffer values;
    private final Encoding encoding;
    private final long number;

    /** Locked for writing, for good, by the end. Copying reads optimistically, so the end never waits. */
    private final StampedLock ended = new StampedLock();

    /** @param number tells this publication from others under its key */
    Publication(FloatBuffer values, Encoding encoding, long number) {
        this.values = values;
        this.encoding = encoding;
        this.number = number;
    }

    public Encoding encoding() {
        return encoding;
    }

    public long number() {
        return number;
    }

    public boolean holds(int from, int to) {
        return 0 <= from && from <= to && to <= values.limit();
    }

    /** The publisher's own array where {@code [from, to)} is all of it. */
    Optional<float[]> array(int from, int to) {
        return values.hasArray() && to - from == values.array().length ? Optional.of(values.array()) : Optional.empty();
    }

    /** Copies {@code [from, to)}; false where the publication has ended meanwhile. */
    boolean copy(int from, int to, FloatBuffer target, int at) {
        long stamp = ended.tryOptimisticRead();
        if (stamp != 0) {
            target.put(at, values, from, to - from);
        }
        return ended.validate(stamp);
    }

    /** Encodes {@code [from, to)}; false where the publication has ended meanwhile. */
    public boolean encode(int from, int to, ByteBuffer target) {
        long stamp = ended.tryOptimisticRead();
        if (stamp != 0) {
            encoding.write(values, from, to - from, target);
        }
        return ended.validate(stamp);
    }

    void end() {
        ended.tryWriteLock();
    }
}
