package io.tinyclip.actors.lead;

import io.tinyclip.actors.patience.AwakeTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is under way on the disk of the run folder, one thing at a time, and whether that still gets on: a write to a disk that
 * is frozen never returns, and nothing ends it.
 */
public final class RunDisk {
    /** The setting that says how long one thing may take, whatever its size. */
    public static final String PATIENCE = "tinyclip.actors.disk-patience";

    /** Bytes a second of a slow disk that is shared over a slow network. */
    private static final long SLOWEST = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(RunDisk.class);
    private static final Work NOTHING = new Work(0, "", 0);

    private record Work(long number, String what, long bytes) {}

    private final Duration patience;
    private final Runnable frozen;
    private final AtomicLong works = new AtomicLong();
    private final AwakeTime time = new AwakeTime();
    private volatile Work work = NOTHING;
    private Work said = NOTHING;

    /**
     * @param patience for whatever is done, beyond what its bytes take on a slow disk
     * @param frozen is called at each look at what does not get on
     */
    public RunDisk(Duration patience, Runnable frozen) {
        this.patience = patience;
        this.frozen = frozen;
    }

    /** Does something here and now, and lets whoever looks know. @param bytes that it reads or writes */
    <T> T doing(String what, long bytes, Supplier<T> action) {
        work = new Work(works.incrementAndGet(), what, bytes);
        try {
            return action.get();
        } finally {
            work = NOTHING;
        }
    }

    /** Called again and again, by one thread. */
    void look(long nowNanos) {
        Work now = work;
        Duration limit = patience.plusSeconds(now.bytes / SLOWEST);
        if (time.isOver(now, nowNanos, limit.toNanos()) && !now.equals(NOTHING)) {
            if (!now.equals(said)) {
                LOG.warn(
                        "{} has taken more than {}s; check the disk of the run folder ({})",
                        now.what,
                        limit.toSeconds(),
                        PATIENCE);
            }
            said = now;
            frozen.run();
        }
    }
}
