package io.tinyclip.actors.stranger;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Whether something is to be said of a source again: once a minute each. Where there are more sources than are remembered, nothing
 * is said of the further ones, so that many of them can't fill a log either. For any thread.
 */
public final class OnceAMinute {
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final int most;
    private final LongSupplier nanos;
    /** The one that has waited longest comes first. */
    private final Map<String, Long> said = new LinkedHashMap<>();

    /** @param most sources that are remembered */
    public OnceAMinute(int most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
    }

    /** Asked again within the minute, it is not. */
    public synchronized boolean isDue(String source) {
        long now = nanos.getAsLong();
        forgetBefore(now);
        return said.size() < most && said.putIfAbsent(source, now) == null;
    }

    private void forgetBefore(long now) {
        Iterator<Long> times = said.values().iterator();
        while (times.hasNext() && now - times.next() >= PAUSE_NANOS) {
            times.remove();
        }
    }
}
