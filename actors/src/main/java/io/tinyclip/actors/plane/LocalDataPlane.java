package io.tinyclip.actors.plane;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The data plane inside one JVM: fetching the whole is a reference, fetching a slice copies it, off the caller's thread. */
public final class LocalDataPlane implements DataPlane {
    private static final String ADDRESS = "local";

    private final Publications publications;

    /** @param copying where slices are copied */
    public LocalDataPlane(Executor copying) {
        this.publications = new Publications(copying);
    }

    @Override
    public Handle publish(String key, FloatBuffer values, Encoding encoding) {
        publications.put(key, values, encoding);
        return new Handle(ADDRESS, key, values.remaining());
    }

    @Override
    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        return publications.fetch(handle, from, to);
    }

    @Override
    public CompletionStage<Void> fetchInto(Handle handle, int from, int to, FloatBuffer target, int at) {
        return publications.fetchInto(handle, from, to, target, at);
    }

    @Override
    public Errand errand() {
        return new LocalErrand(this);
    }

    @Override
    public void release(Handle handle) {
        publications.remove(handle.key());
    }

    /** How many publications have not been released. */
    int size() {
        return publications.size();
    }

    @Override
    public List<Link> links() {
        return List.of();
    }

    @Override
    public void close() {
        publications.clear();
    }
}
