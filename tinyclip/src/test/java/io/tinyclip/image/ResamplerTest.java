package io.tinyclip.image;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.image.Preprocessing.Interpolation;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResamplerTest {
    /** Names of pictures: the box of the source, then the size of the result. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0_0_45_31_96_80",
                "0_0_45_31_7_5",
                "0_0_45_31_45_9",
                "0_0_45_31_11_31",
                "0_0_45_31_45_31",
                "3_4_20_17_16_16",
                "25_14_20_17_33_8",
                "44_30_1_1_3_2"
            })
    void givesThePixelsOfPillow(String name) {
        int[] n = Arrays.stream(name.split("_")).mapToInt(Integer::parseInt).toArray();
        RgbImage source = Pictures.decode("noise.png");
        RgbImage resized = Resampler.resize(source, new Box(n[0], n[1], n[2], n[3]), n[4], n[5], Interpolation.BICUBIC);
        Pictures.assertSamePixels(Pictures.decode("noise_" + name + ".png"), resized);
    }

    @Test
    void refusesABoxOutsideThePicture() {
        RgbImage noise = Pictures.decode("noise.png");
        assertThrows(
                IllegalArgumentException.class,
                () -> Resampler.resize(noise, new Box(26, 0, 20, 20), 8, 8, Interpolation.BICUBIC));
    }
}
