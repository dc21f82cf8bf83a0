package io.tinyclip.actors.bounds;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a process has refused to look at, and says so once a minute a source. May be used from any thread. */
public final class Rejections {
    private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_SOURCES = 1024;

    private final LongSupplier clock;
    private final AtomicLong count = new AtomicLong();
    private final Map<String, Long> said = new LinkedHashMap<>();

    public Rejections() {
        this(System::nanoTime);
    }

    /** @param clock nanoseconds */
    Rejections(LongSupplier clock) {
        this.clock = clock;
    }

    /** How many messages. */
    public long count() {
        return count.get();
    }

    /**
     * One more.
     *
     * @param source as far as the message tells
     */
    public void add(String source, String what) {
        count.incrementAndGet();
        if (isDue(source)) {
            LOG.warn("refused a message of {}: {}; said once a minute at most", source, what);
        }
    }

    synchronized boolean isDue(String source) {
        long now = clock.getAsLong();
        Long before = said.get(source);
        if (before != null && now - before < PAUSE_NANOS) {
            return false;
        }
        said.remove(source);
        said.put(source, now);
        if (said.size() > MOST_SOURCES) {
            said.remove(said.keySet().iterator().next());
        }
        return true;
    }
}
