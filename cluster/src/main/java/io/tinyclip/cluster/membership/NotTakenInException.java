package io.tinyclip.cluster.membership;

import io.tinyclip.model.InvalidInputException;

/** Nobody answered where this machine wanted to join. */
final class NotTakenInException extends InvalidInputException {
    private static final long serialVersionUID = 1L;

    NotTakenInException(String message, Throwable cause) {
        super(message, cause);
    }
}
