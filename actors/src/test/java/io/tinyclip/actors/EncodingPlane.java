package io.tinyclip.actors;

import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.plane.LocalErrand;
import io.tinyclip.rounding.Rounding;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Hands out what an encoding leaves of the values, as a network does; other bits where they had not been rounded. */
final class EncodingPlane implements DataPlane {
    private final DataPlane local = new LocalDataPlane(Runnable::run);

    @Override
    public Handle publish(String key, FloatBuffer values, Encoding encoding) {
        float[] copy = new float[values.remaining()];
        values.duplicate().get(copy);
        Rounding.valueOf(encoding.name()).apply(copy);
        return local.publish(key, copy);
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
