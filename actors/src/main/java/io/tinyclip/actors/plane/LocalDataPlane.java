package io.tinyclip.actors.plane;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The data plane inside one JVM: fetching the whole is a reference, fetching a slice copies it, off the caller's thread. */
public final class LocalDataPlane implements DataPlane {
    private static final String ADDRESS = "local";

    private final Executor copying;
    private final Map<String, float[]> published = new ConcurrentHashMap<>();

    /** @param copying where slices are copied */
    public LocalDataPlane(Executor copying) {
        this.copying = copying;
    }

    @Override
    public Handle publish(String key, float[] values) {
        published.put(key, values);
        return new Handle(ADDRESS, key, values.length);
    }

    @Override
    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        Optional<float[]> found = Optional.ofNullable(published.get(handle.key()));
        if (found.isEmpty()) {
            return CompletableFuture.failedStage(new GoneException(handle));
        }
        float[] values = found.get();
        if (from == 0 && to == values.length) {
            return CompletableFuture.completedStage(values);
        }
        return CompletableFuture.supplyAsync(() -> Arrays.copyOfRange(values, from, to), copying);
    }

    @Override
    public void release(Handle handle) {
        published.remove(handle.key());
    }

    /** How many publications have not been released. */
    int size() {
        return published.size();
    }
}
