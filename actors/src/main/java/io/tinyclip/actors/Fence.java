package io.tinyclip.actors;

import java.util.Optional;

/** Compares a message's stamp with the version that its receiver is at. */
final class Fence {
    private Fence() {}

    /** Why a message is refused: its epoch is over, or it means another layout at the same step. */
    static Optional<String> refusal(Stamp message, Stamp at) {
        if (message.epoch() < at.epoch()) {
            return Optional.of("epoch [" + message.epoch() + "] is over, this is epoch [" + at.epoch() + "]");
        }
        if (message.cursor().equals(at.cursor()) && !message.layout().equals(at.layout())) {
            return Optional.of("layout [" + message.layout() + "] is not the one at this step, [" + at.layout() + "]");
        }
        return Optional.empty();
    }
}
