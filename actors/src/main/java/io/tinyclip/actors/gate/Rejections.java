package io.tinyclip.actors.gate;

import io.tinyclip.actors.stranger.OnceAMinute;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages that were not acted on, since whoever sent them may not: counted, and said once a minute a source. For any thread. */
public final class Rejections {
    private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);
    private static final int MOST_SOURCES = 4096;

    private final OnceAMinute said;
    private long count;

    public Rejections(LongSupplier nanos) {
        this.said = new OnceAMinute(MOST_SOURCES, nanos);
    }

    /** @param source an address, or what was said where nobody knows who said it */
    public synchronized void add(String source, Object message) {
        count++;
        if (said.isDue(source)) {
            LOG.warn(
                    "refused {} of [{}], which may not say it; {} refused so far, said once a minute a source",
                    message.getClass().getSimpleName(),
                    source,
                    count);
        }
    }

    public synchronized long count() {
        return count;
    }
}
