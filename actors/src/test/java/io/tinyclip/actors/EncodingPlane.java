package io.tinyclip.actors;

import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.rounding.Rounding;
import java.nio.FloatBuffer;

/** Hands out what an encoding leaves of the values, as a network does; other bits where they had not been rounded. */
final class EncodingPlane extends WatchedPlane {
    @Override
    public Handle publish(String key, FloatBuffer values, Encoding encoding) {
        float[] copy = new float[values.remaining()];
        values.duplicate().get(copy);
        Rounding.valueOf(encoding.name()).apply(copy);
        return super.publish(key, FloatBuffer.wrap(copy), Encoding.FP32);
    }
}
