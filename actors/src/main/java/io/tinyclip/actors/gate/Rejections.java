package io.tinyclip.actors.gate;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages that were not acted on, since whoever sent them may not: counted, and said once a minute a source. For any thread. */
public final class Rejections {
    private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);
    private static final Duration SAID_EVERY = Duration.ofMinutes(1);
    private static final int MOST_SOURCES = 4096;

    private final LongSupplier nanos;
    private final Map<String, Long> said = new HashMap<>();
    private long count;

    public Rejections(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @param source an address, or what was said where nobody knows who said it */
    public synchronized void add(String source, Object message) {
        count++;
        long now = nanos.getAsLong();
        if (said.size() >= MOST_SOURCES) {
            said.values().removeIf(last -> now - last >= SAID_EVERY.toNanos());
        }
        boolean due = !said.containsKey(source) || now - said.get(source) >= SAID_EVERY.toNanos();
        if (due && said.size() < MOST_SOURCES) {
            said.put(source, now);
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
