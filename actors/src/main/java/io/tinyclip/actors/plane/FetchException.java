package io.tinyclip.actors.plane;

/** A peer that announced floats could not be made to send them, and was asked more than once. */
public final class FetchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FetchException(Handle handle, String reason) {
        super("cannot fetch [" + handle.name() + "] from [" + handle.address() + "]: " + reason);
    }
}
