package io.tinyclip.compute;

import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.VectorPool;
import io.tinyclip.resource.Resource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pictures go to the device as 8-bit numbers, a quarter of the bytes, and become the floats of {@link Pixels} there. They are
 * put together in memory that is used again: what the system gives anew costs more than writing to it.
 */
final class DevicePixels implements PictureTensors {
    private final Script script;
    private final Tensor levels;
    private final int size;
    private final VectorPool staging = new VectorPool();
    private final AtomicInteger largest = new AtomicInteger();

    /** @param home on the device; outlives this */
    DevicePixels(TensorScope home, Preprocessing preprocessing) {
        this.script = ScriptArchive.compile(home, Resource.text(DevicePixels.class, "pixels.torchscript"));
        this.levels = home.floats(new Pixels(preprocessing).levels(), Pixels.CHANNELS, Pixels.LEVELS);
        this.size = preprocessing.size();
    }

    @Override
    public Tensor of(TensorScope scope, List<RgbImage> pictures) {
        int length = pictures.size() * size * size * Pixels.CHANNELS;
        // Of one size, so that a partition whose pictures are fewer does not throw away what all others use again.
        FloatVector staged =
                staging.take(largest.accumulateAndGet((length + Float.BYTES - 1) / Float.BYTES, Math::max));
        ByteBuffer written = staged.bytes().slice(0, length);
        pictures.forEach(it -> written.put(it.rgb()));
        try (Tensor bytes = scope.bytes(written.flip(), pictures.size(), size, size, Pixels.CHANNELS)) {
            return script.call(scope, "normalised", levels, bytes).get(0);
        } finally {
            staging.give(staged);
        }
    }
}
