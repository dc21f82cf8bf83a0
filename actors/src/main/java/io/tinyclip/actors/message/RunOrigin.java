package io.tinyclip.actors.message;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a run begins, or goes on: at its newest good checkpoint, or at the start.
 *
 * @param epoch that it was published for
 * @param digest of the position, where it is a checkpoint's
 * @param parts where its floats are published, until the run has loaded them
 * @param pins hashes of what shards of the training pairs were found to hold, in steps that servers may have taken since, too
 */
public record RunOrigin(
        long epoch, Position position, Optional<String> digest, List<Part> parts, Map<Integer, String> pins) {
    public RunOrigin {
        pins = Map.copyOf(pins);
    }

    /** Of a run whose shards are known before they are read. */
    public RunOrigin(long epoch, Position position, Optional<String> digest, List<Part> parts) {
        this(epoch, position, digest, parts, Map.of());
    }

    /** Whether the run goes on there: another coordinator has led it, or it has a checkpoint. */
    public boolean hasBegun() {
        return digest.isPresent() || Epoch.term(epoch) > Epoch.FIRST_TERM;
    }
}
