package io.tinyclip.actors.plane;

/** What a handle names is not published any more. */
public final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GoneException(Handle handle) {
        super("[" + handle.name() + "] is not published at [" + handle.address() + "]; wait for the next announcement");
    }
}
