package io.tinyclip.cluster.remote;

import java.io.IOException;

/** What a server answers cannot be used, and would be no other if it was asked again. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
