package io.tinyclip.cluster.remote;

import java.io.IOException;
import java.util.OptionalLong;

/** A server could not answer now. */
final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient OptionalLong after;

    BusyException(Place place, Requests.Answer answer) {
        super(String.valueOf(Refusal.of(place, answer.status(), answer.text()).getMessage()));
        this.after = Patience.retryAfter(answer.headers());
    }

    /** Milliseconds that the server asks to wait, if it does. */
    OptionalLong after() {
        return after;
    }
}
