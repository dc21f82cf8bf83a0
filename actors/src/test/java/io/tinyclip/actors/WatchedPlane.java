package io.tinyclip.actors;

import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.plane.LocalErrand;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A data plane within this JVM of which a test changes or watches a part. */
abstract class WatchedPlane implements DataPlane {
    private final DataPlane local = new LocalDataPlane(Runnable::run);

    @Override
    public Handle publish(String key, FloatBuffer values, Encoding encoding) {
        return local.publish(key, values, encoding);
    }

    @Override
    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        return local.fetch(handle, from, to);
    }

    @Override
    public Errand errand() {
        return new LocalErrand(this);
    }

    @Override
    public void release(Handle handle) {
        local.release(handle);
    }

    @Override
    public List<Link> links() {
        return local.links();
    }

    @Override
    public void close() {
        local.close();
    }
}
