package io.tinyclip.actors;

import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.actors.plane.Session;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A data plane whose sessions a test can cut, as a network does whose machines live. */
final class CuttingPlane implements DataPlane {
    private final DataPlane plane;
    private final List<Session> held = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> holding = new CompletableFuture<>();

    CuttingPlane(DataPlane plane) {
        this.plane = plane;
    }

    /** Completes once a session has been asked for. */
    CompletableFuture<Void> holding() {
        return holding;
    }

    void cut() {
        held.forEach(Session::end);
    }

    @Override
    public Session hold(Handle offered) {
        Session session = plane.hold(offered);
        held.add(session);
        holding.complete(null);
        return session;
    }

    @Override
    public Handle publish(String key, FloatBuffer values, Encoding encoding) {
        return plane.publish(key, values, encoding);
    }

    @Override
    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        return plane.fetch(handle, from, to);
    }

    @Override
    public CompletionStage<Void> fetchInto(Handle handle, int from, int to, FloatBuffer target, int at) {
        return plane.fetchInto(handle, from, to, target, at);
    }

    @Override
    public Errand errand() {
        return plane.errand();
    }

    @Override
    public void release(Handle handle) {
        plane.release(handle);
    }

    @Override
    public List<Link> links() {
        return plane.links();
    }

    @Override
    public void close() {
        plane.close();
    }
}
