package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.Stamp;
import java.util.Optional;

/** The cut of the version that a shard is of: decided once, however often it is asked for. */
final class CutDecision {
    private boolean asked;
    private boolean done;

    /** Another version begins. */
    void forget() {
        asked = false;
        done = false;
    }

    /** @return what follows, where it is not being decided already */
    Optional<ShardEffect> ask(Stamp stamp) {
        boolean first = !asked;
        asked = true;
        return first
                ? Optional.of(new ShardEffect.Decide(stamp))
                : done ? Optional.of(new ShardEffect.ReplyDecided(stamp)) : Optional.empty();
    }

    ShardEffect decided(Stamp stamp) {
        done = true;
        return new ShardEffect.ReplyDecided(stamp);
    }
}
