package io.tinyclip.actors.plane;

/** Whoever fetched does not want the floats any more. */
public final class AbandonedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AbandonedException(Handle handle) {
        super("[" + handle.name() + "] from [" + handle.address() + "] is not wanted any more");
    }
}
