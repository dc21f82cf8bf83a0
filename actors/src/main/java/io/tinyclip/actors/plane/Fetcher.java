package io.tinyclip.actors.plane;

import java.nio.FloatBuffer;
import java.util.concurrent.CompletionStage;

/** By whom published floats are fetched. Fetching is idempotent: whoever did not get the floats asks again. */
public interface Fetcher {
    /**
     * The floats {@code [from, to)} of what the handle names.
     *
     * @return not to be written to; fails with {@link GoneException} where nothing is published under the handle
     */
    CompletionStage<float[]> fetch(Handle handle, int from, int to);

    /**
     * Puts the floats {@code [from, to)} of what the handle names into the caller's buffer, on the heap or outside,
     * where possible without another one between.
     *
     * @param target nobody else's until the stage ends; holds anything where it fails
     * @param at index of the first float in {@code target}
     * @return fails as {@link #fetch(Handle, int, int)} does
     */
    default CompletionStage<Void> fetchInto(Handle handle, int from, int to, FloatBuffer target, int at) {
        return fetch(handle, from, to).thenAccept(floats -> target.put(at, floats));
    }

    /** The whole of what the handle names. */
    default CompletionStage<float[]> fetch(Handle handle) {
        return fetch(handle, 0, handle.length());
    }
}
