package io.tinyclip.actors.pin;

import io.tinyclip.actors.message.Stamp;
import io.tinyclip.step.ShardPin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What shards were found to hold.
 *
 * <pre>
 * unknown   a worker tells of it in a step   -> fresh, in that step
 * fresh     asked for, and durable           -> pinned; the step may be committed then
 * fresh     another step, or the step anew   -> unknown
 * pinned    the run goes on from elsewhere   -> pinned, if it was durable there
 * fresh, pinned   a worker tells otherwise   -> the run ends
 * </pre>
 *
 * All tell of each partition all that they have used for it, not only what is news to them: an answer that comes late or second
 * may never be looked at, and whoever gave it cannot know that.
 */
public final class ShardPins {
    private static final int SHOWN = 12;

    private final Map<Integer, String> pinned = new HashMap<>();
    private final TreeMap<Integer, ShardPin> fresh = new TreeMap<>();
    private Optional<Stamp> at = Optional.empty();
    private boolean asked;

    /** The run goes on from where these were pinned. @param found hashes by shard */
    public void goOnFrom(Map<Integer, String> found) {
        pinned.clear();
        pinned.putAll(found);
        begin(Optional.empty());
    }

    /**
     * A worker has used these in a step.
     *
     * @param stamp of the step
     * @param worker for people
     * @return why the run ends, in one line; empty where they agree with all that is known
     */
    public Optional<String> told(Stamp stamp, String worker, List<ShardPin> pins) {
        if (at.filter(stamp::equals).isEmpty()) {
            begin(Optional.of(stamp));
        }
        for (ShardPin pin : pins) {
            String known = pinned.get(pin.shard());
            if (known == null) {
                ShardPin first = fresh.putIfAbsent(pin.shard(), pin);
                asked &= first != null;
                known = first == null ? pin.hash() : first.hash();
            }
            if (!known.equals(pin.hash())) {
                return Optional.of(refusal(worker, pin, known));
            }
        }
        return Optional.empty();
    }

    private static String refusal(String worker, ShardPin pin, String known) {
        return "tar [" + pin.tar() + "], number [" + pin.shard() + "] of the training pairs, holds ["
                + pin.hash().substring(0, SHOWN) + "...] for worker [" + worker + "] where the run has used ["
                + known.substring(0, SHOWN)
                + "...]: it has changed, or is another on some machine; put the tar back everywhere, or set"
                + " tinyclip.run.folder to another folder to start another run";
    }

    private void begin(Optional<Stamp> stamp) {
        at = stamp;
        fresh.clear();
        asked = false;
    }

    /** Whether all that was told of is durable. */
    public boolean durable() {
        return fresh.isEmpty();
    }

    /** What has to be made durable; empty where that was asked for already. */
    public Optional<List<ShardPin>> ask() {
        if (asked || fresh.isEmpty()) {
            return Optional.empty();
        }
        asked = true;
        return Optional.of(List.copyOf(fresh.values()));
    }

    /** These are durable, whatever has become of the step. */
    public void pinned(List<ShardPin> pins) {
        for (ShardPin pin : pins) {
            pinned.putIfAbsent(pin.shard(), pin.hash());
            fresh.remove(pin.shard(), pin);
        }
    }
}
