package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.Fence;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.Stamp;
import java.util.Optional;

/** The highest epoch that a parameter server has obeyed is its fence: whoever speaks for a lower one is refused. */
final class ObeyedEpoch {
    private long epoch;

    boolean isBefore(Stamp stamp) {
        return epoch < stamp.epoch();
    }

    void obey(Stamp stamp) {
        epoch = stamp.epoch();
    }

    /** The refusal of what is said for an epoch that is over. */
    Optional<Refused> refusal(Stamp stamp) {
        return stamp.epoch() < epoch ? Optional.of(Fence.over(stamp, epoch)) : Optional.empty();
    }

    /** The refusal of what is said of another version than the one that is here, unless it is just late. */
    Optional<Refused> refusal(Stamp stamp, Optional<Stamp> here) {
        return refusal(stamp)
                .or(() -> here.isPresent()
                        ? Fence.refusal(stamp, here.get()).or(() -> Fence.refusalOfLater(stamp, here.get()))
                        : Optional.of(new Refused(stamp, epoch, "no vector is loaded")));
    }
}
