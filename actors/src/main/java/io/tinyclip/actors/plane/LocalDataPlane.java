package io.tinyclip.actors.plane;

import java.nio.FloatBuffer;
import java.util.List;
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
    private final Map<String, FloatBuffer> published = new ConcurrentHashMap<>();

    /** @param copying where slices are copied */
    public LocalDataPlane(Executor copying) {
        this.copying = copying;
    }

    @Override
    public Handle publish(String key, FloatBuffer values, Encoding encoding) {
        published.put(key, values.slice());
        return new Handle(ADDRESS, key, values.remaining());
    }

    @Override
    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        Optional<FloatBuffer> found = Optional.ofNullable(published.get(handle.key()));
        if (found.isEmpty()) {
            return CompletableFuture.failedStage(new GoneException(handle));
        }
        FloatBuffer values = found.get();
        if (values.hasArray() && to - from == values.array().length) {
            return CompletableFuture.completedStage(values.array());
        }
        return CompletableFuture.supplyAsync(() -> slice(values, from, to), copying);
    }

    private static float[] slice(FloatBuffer values, int from, int to) {
        float[] slice = new float[to - from];
        values.get(from, slice);
        return slice;
    }

    @Override
    public void release(Handle handle) {
        published.remove(handle.key());
    }

    /** How many publications have not been released. */
    int size() {
        return published.size();
    }

    @Override
    public List<Link> links() {
        return List.of();
    }

    @Override
    public void close() {
        published.clear();
    }
}
