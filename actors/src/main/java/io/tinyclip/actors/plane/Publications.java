package io.tinyclip.actors.plane;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** What one address has published, and fetching it within this JVM: the whole by reference, a slice as a copy. */
public final class Publications {
    private final Executor copying;
    private final Map<String, Publication> published = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /** @param copying where slices are copied */
    public Publications(Executor copying) {
        this.copying = copying;
    }

    public void put(String key, FloatBuffer values, Encoding encoding) {
        Publication publication = new Publication(values.slice(), encoding, numbers.incrementAndGet());
        Optional.ofNullable(published.put(key, publication)).ifPresent(Publication::end);
    }

    public Optional<Publication> find(String key) {
        return Optional.ofNullable(published.get(key));
    }

    public void remove(String key) {
        Optional.ofNullable(published.remove(key)).ifPresent(Publication::end);
    }

    public void clear() {
        published.keySet().forEach(this::remove);
    }

    int size() {
        return published.size();
    }

    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        Optional<Publication> found = find(handle.key());
        if (found.isEmpty()) {
            return CompletableFuture.failedStage(new GoneException(handle));
        }
        return found.get()
                .array(from, to)
                .<CompletionStage<float[]>>map(CompletableFuture::completedStage)
                .orElseGet(() -> CompletableFuture.supplyAsync(
                        () -> {
                            float[] slice = new float[to - from];
                            copy(handle, from, to, FloatBuffer.wrap(slice), 0);
                            return slice;
                        },
                        copying));
    }

    public CompletionStage<Void> fetchInto(Handle handle, int from, int to, FloatBuffer target, int at) {
        return CompletableFuture.runAsync(() -> copy(handle, from, to, target, at), copying);
    }

    private void copy(Handle handle, int from, int to, FloatBuffer target, int at) {
        Publication publication = find(handle.key()).orElseThrow(() -> new GoneException(handle));
        if (!publication.copy(from, to, target, at)) {
            throw new GoneException(handle);
        }
    }
}
