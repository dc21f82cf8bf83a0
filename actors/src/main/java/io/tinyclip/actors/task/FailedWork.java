package io.tinyclip.actors.task;

import java.util.concurrent.CompletionException;

/** Work that an actor had done elsewhere failed: its world is broken, and its parent decides. */
public final class FailedWork extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FailedWork(Throwable cause) {
        super(unwrapped(cause));
    }

    /** Who waits for others takes their failures as they come, but not that this machine has no memory left, for instance. */
    public static void requireOthers(Throwable failure) {
        if (unwrapped(failure) instanceof Error) {
            throw new FailedWork(failure);
        }
    }

    /** The failure itself, without what carried it here. */
    public static Throwable unwrapped(Throwable failure) {
        boolean carrier = failure instanceof FailedWork || failure instanceof CompletionException;
        return carrier && failure.getCause() != null ? unwrapped(failure.getCause()) : failure;
    }
}
