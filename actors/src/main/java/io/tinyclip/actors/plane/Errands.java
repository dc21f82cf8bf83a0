package io.tinyclip.actors.plane;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Errands by what they are for. Used by one actor alone.
 *
 * @param <K> tells apart what is wanted
 */
public final class Errands<K> {
    private final DataPlane plane;
    private final Map<K, Errand> open = new HashMap<>();
    private long receivedBefore;

    public Errands(DataPlane plane) {
        this.plane = plane;
    }

    /** Fetches that end once this is not wanted any more. */
    public Fetcher of(K what) {
        return open.computeIfAbsent(what, unknown -> plane.errand());
    }

    /** Floats that have come so far for all of them, those that have ended included. */
    public long received() {
        return receivedBefore
                + open.values().stream().mapToLong(Errand::received).sum();
    }

    /** This is not wanted any more: what is under way for it ends at once. */
    public void end(K what) {
        Optional.ofNullable(open.remove(what)).ifPresent(this::close);
    }

    private void close(Errand errand) {
        receivedBefore += errand.received();
        errand.close();
    }

    /** Ends what is not wanted any more, at once. */
    public void endUnless(Predicate<K> wanted) {
        List.copyOf(open.keySet()).stream().filter(wanted.negate()).forEach(this::end);
    }

    public void endAll() {
        endUnless(what -> false);
    }
}
