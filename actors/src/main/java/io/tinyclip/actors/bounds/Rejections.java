package io.tinyclip.actors.bounds;

import io.tinyclip.actors.stranger.OnceAMinute;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a process has refused to look at, and says so once a minute a source. May be used from any thread. */
public final class Rejections {
    private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);
    private static final int MOST_SOURCES = 1024;

    private final AtomicLong count = new AtomicLong();
    private final OnceAMinute said = new OnceAMinute(MOST_SOURCES, System::nanoTime);

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
        if (said.isDue(source)) {
            LOG.warn("refused a message of {}: {}; said once a minute at most", source, what);
        }
    }
}
