package io.tinyclip.image;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.data.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResamplerTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 45, 31, 96, 80",
        "0, 0, 45, 31, 7, 5",
        "0, 0, 45, 31, 45, 9",
        "0, 0, 45, 31, 11, 31",
        "0, 0, 45, 31, 45, 31",
        "3, 4, 20, 17, 16, 16",
        "25, 14, 20, 17, 33, 8",
        "44, 30, 1, 1, 3, 2"
    })
    void givesThePixelsOfPillow(int x, int y, int w, int h, int width, int height) {
        RgbImage expected = Pictures.decode("noise_%d_%d_%d_%d_%d_%d.png".formatted(x, y, w, h, width, height));
        Pictures.assertSamePixels(
                expected, Resampler.resize(Pictures.decode("noise.png"), new Box(x, y, w, h), width, height));
    }

    @Test
    void refusesABoxOutsideThePicture() {
        RgbImage noise = Pictures.decode("noise.png");
        assertThrows(IllegalArgumentException.class, () -> Resampler.resize(noise, new Box(26, 0, 20, 20), 8, 8));
    }
}
