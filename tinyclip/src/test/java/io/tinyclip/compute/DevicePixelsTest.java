package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DevicePixelsTest {
    private static final int SIZE = 16;

    /** Each level of each channel, in places of their own. */
    private static RgbImage picture(int shift) {
        byte[] rgb = new byte[SIZE * SIZE * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 + (i % 3) * 85 + shift);
        }
        return new RgbImage(SIZE, SIZE, rgb);
    }

    @Test
    void bytesThatWereCopiedBecomeTheFloatsThatTheHostWrites() {
        Preprocessing preprocessing = Preprocessing.clip(SIZE);
        for (List<RgbImage> pictures : List.of(List.of(picture(0), picture(7)), List.<RgbImage>of())) {
            try (TensorScope scope = Torch.newScope()) {
                Tensor host = PictureTensors.on(scope, false, preprocessing).of(scope, pictures);
                Tensor device = PictureTensors.on(scope, true, preprocessing).of(scope, pictures);
                assertArrayEquals(host.shape(), device.shape());
                assertArrayEquals(host.floats(), device.floats());
            }
        }
    }

    /** Memory that pictures were put together in is used again, by several threads, for more and for fewer of them. */
    @Test
    void oneAfterTheOtherAndAtOnceTheyAreTheSame() {
        Preprocessing preprocessing = Preprocessing.clip(SIZE);
        try (TensorScope scope = Torch.newScope()) {
            PictureTensors host = PictureTensors.on(scope, false, preprocessing);
            PictureTensors device = PictureTensors.on(scope, true, preprocessing);
            IntStream.range(0, 64).parallel().forEach(round -> {
                List<RgbImage> pictures = IntStream.range(0, 1 + round % 5)
                        .mapToObj(i -> picture(31 * round + i))
                        .toList();
                assertArrayEquals(
                        host.of(scope, pictures).floats(),
                        device.of(scope, pictures).floats());
            });
        }
    }
}
