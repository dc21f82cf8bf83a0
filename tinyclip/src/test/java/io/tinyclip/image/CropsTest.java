package io.tinyclip.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CropsTest {
    @ParameterizedTest
    @CsvSource({"square, 32", "tall, 20", "wide, 20"})
    void preparesPicturesForEvaluationAsThePublishedModelsDo(String name, int size) {
        RgbImage picture = Pictures.decode("evaluation_" + name + ".png");
        Pictures.assertSamePixels(
                Pictures.decode("evaluation_" + name + "_" + size + ".png"),
                Preprocessing.clip(size).evaluation(picture));
    }

    @Test
    void evaluatesEvenAHairlinePicture() {
        RgbImage line = new RgbImage(60_000, 1, new byte[180_000]);
        assertEquals(224, Preprocessing.clip(224).evaluation(line).width());
        assertEquals(224, Preprocessing.clip(224).training(line, 5).height());
    }

    @Test
    void drawsBoxesWithinTheBoundsOfAreaAndRatio() {
        Set<Box> boxes = new HashSet<>();
        for (long key = 0; key < 1000; key++) {
            Box box = Crops.randomBox(640, 480, key);
            double area = box.width() * (double) box.height() / (640 * 480);
            double ratio = (double) box.width() / box.height();
            assertTrue(area > 0.898 && area <= 1, "area " + area);
            assertTrue(ratio > 0.748 && ratio < 1.336, "ratio " + ratio);
            assertTrue(box.x() + box.width() <= 640 && box.y() + box.height() <= 480, box.toString());
            boxes.add(box);
        }
        assertTrue(boxes.size() > 500, "only " + boxes.size() + " of 1000 boxes differ");
    }

    @Test
    void takesTheMiddleWhereNoDrawFits() {
        assertEquals(new Box(433, 0, 133, 100), Crops.randomBox(1000, 100, 3));
        assertEquals(new Box(0, 433, 100, 133), Crops.randomBox(100, 1000, 3));
    }

    @Test
    void cropsTheSameForTheSameKeyOnly() {
        RgbImage noise = Pictures.decode("noise.png");
        Pictures.assertSamePixels(
                Preprocessing.clip(16).training(noise, 7),
                Preprocessing.clip(16).training(noise, 7));
        assertNotEquals(Crops.randomBox(45, 31, 7), Crops.randomBox(45, 31, 8));
    }
}
