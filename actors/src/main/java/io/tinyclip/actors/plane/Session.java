package io.tinyclip.actors.plane;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A connection of its own that says nothing but that the machine at the other end lives: when a process dies, its system closes
 * its connections at once. May be used from any thread.
 */
public final class Session {
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Completes once it is held, with a machine that has proven that it may lead; never where it is not. */
    public CompletionStage<Void> begun() {
        return begun.copy();
    }

    /** It is held. */
    public void begin() {
        begun.complete(null);
    }

    /** Completes once it is lost, could not be had, or was given up. */
    public CompletionStage<Void> ended() {
        return ended.copy();
    }

    /** Gives it up. */
    public void end() {
        ended.complete(null);
    }
}
