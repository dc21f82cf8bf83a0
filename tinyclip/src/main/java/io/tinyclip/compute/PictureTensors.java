package io.tinyclip.compute;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.List;

/** 8-bit pictures, all of a model's size, to what a tower takes. */
interface PictureTensors {
    /** (B, 3, S, S) */
    Tensor of(TensorScope scope, List<RgbImage> pictures);

    /**
     * @param home on the compute device; outlives what is made
     * @param copies whether the device does not read the host's memory in place
     */
    static PictureTensors on(TensorScope home, boolean copies, Preprocessing preprocessing) {
        return copies ? new DevicePixels(home, preprocessing) : inPlace(preprocessing);
    }

    /** Where the processor computes. */
    static PictureTensors inPlace(Preprocessing preprocessing) {
        Pixels pixels = new Pixels(preprocessing);
        int size = preprocessing.size();
        return (scope, pictures) -> scope.written(
                false,
                out -> pictures.forEach(picture -> pixels.put(picture, out)),
                pictures.size(),
                Pixels.CHANNELS,
                size,
                size);
    }
}
