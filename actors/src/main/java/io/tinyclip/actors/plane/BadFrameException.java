package io.tinyclip.actors.plane;

/** A peer sent what the protocol does not know; its connection is closed. */
public final class BadFrameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadFrameException(String message) {
        super(message);
    }
}
