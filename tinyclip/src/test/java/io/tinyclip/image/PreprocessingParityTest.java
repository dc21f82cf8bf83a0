package io.tinyclip.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.image.Preprocessing.Interpolation;
import io.tinyclip.image.Preprocessing.ResizeMode;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The 50 pictures of scripts/reference/preprocessing.py, from the file's bytes to the square input. */
final class PreprocessingParityTest {
    /** A file and the preprocessing that the reference gave it. */
    private record Case(String file, Preprocessing preprocessing) {
        static Case of(String line) {
            String[] words = line.split(" ");
            Preprocessing clip = Preprocessing.clip(Integer.parseInt(words[1]));
            return new Case(
                    words[0],
                    new Preprocessing(
                            clip.size(),
                            Integer.parseInt(words[2]),
                            ResizeMode.valueOf(words[3]),
                            Interpolation.valueOf(words[4]),
                            clip.mean(),
                            clip.std()));
        }

        @Override
        public String toString() {
            return file;
        }
    }

    static Stream<Case> cases() {
        return new String(Pictures.bytes("parity/cases.txt"), StandardCharsets.UTF_8)
                .lines()
                .map(Case::of);
    }

    @Test
    void comparesFiftyPictures() {
        assertEquals(50, cases().count());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesThePixelsOfOpenClip(Case example) {
        RgbImage actual = example.preprocessing().evaluation(Pictures.decode("parity/" + example.file()));
        Pictures.assertSamePixels(Pictures.decode("parity/" + example.file() + ".png"), actual);
    }

    /** Those that the library's processor crops; it takes fewer than four rows for channels. */
    static Stream<Case> cropped() {
        return cases().filter(example -> {
            Preprocessing wanted = example.preprocessing();
            RgbImage picture = Pictures.decode("parity/" + example.file());
            return wanted.mode() == ResizeMode.SHORTEST
                    && wanted.resize() >= wanted.size()
                    && Math.min(picture.width(), picture.height()) > 3;
        });
    }

    /** Where the library's processor gives the same as OpenCLIP's, there is no picture of its own. */
    @ParameterizedTest
    @MethodSource("cropped")
    void givesThePixelsOfHuggingFaceWhereTheMiddleIsRoundedDown(Case example) {
        Preprocessing wanted = example.preprocessing();
        RgbImage picture = Pictures.decode("parity/" + example.file());
        Preprocessing floored = new Preprocessing(
                wanted.size(),
                wanted.resize(),
                ResizeMode.SHORTEST_FLOOR,
                wanted.interpolation(),
                wanted.mean(),
                wanted.std());
        String own = "parity/" + example.file() + ".floor.png";
        boolean differs = PreprocessingParityTest.class.getResource(own) != null;
        Pictures.assertSamePixels(
                Pictures.decode(differs ? own : "parity/" + example.file() + ".png"), floored.evaluation(picture));
    }

    @Test
    void trainsWithTheInterpolationThatTheModelWants() {
        RgbImage noise = Pictures.decode("noise.png");
        RgbImage cubic = Preprocessing.clip(16).training(noise, 7);
        RgbImage linear = bilinear(16).training(noise, 7);
        Box box = Crops.randomBox(noise.width(), noise.height(), 7);
        Pictures.assertSamePixels(Resampler.resize(noise, box, 16, 16, Interpolation.BICUBIC), cubic);
        Pictures.assertSamePixels(Resampler.resize(noise, box, 16, 16, Interpolation.BILINEAR), linear);
    }

    @Test
    void keepsTheShareOfTheCropForAnotherSize() {
        Preprocessing larger = bilinear(224).withSize(288);
        assertEquals(288, larger.size());
        assertEquals(329, larger.resize());
        assertTrue(larger.interpolation() == Interpolation.BILINEAR && larger.mode() == ResizeMode.SHORTEST);
    }

    private static Preprocessing bilinear(int size) {
        Preprocessing clip = Preprocessing.clip(size);
        return new Preprocessing(
                size, size * 8 / 7, ResizeMode.SHORTEST, Interpolation.BILINEAR, clip.mean(), clip.std());
    }
}
