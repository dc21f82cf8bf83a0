package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;
import java.util.List;
import org.junit.jupiter.api.Test;

class WidthMapTest {
    private static final float[] TABLE = {1, 2, 3, 4, 10, 20, 30, 40};

    @Test
    void identityChangesNothing() {
        assertArrayEquals(TABLE, WidthMap.identity(4).apply(TABLE, 2));
    }

    @Test
    void composesCutsAsIfOneAfterAnother() {
        float[] first = {0.5f, 9, 0.25f, 2};
        float[] second = {9, 4, 0.5f};
        WidthMap map = WidthMap.identity(4).compose(new int[] {0, 2, 3}, first).compose(new int[] {1, 2}, second);
        // channel 2: 0.25 * 4, channel 3: 2 * 0.5
        assertArrayEquals(new int[] {2, 3}, map.channel());
        assertArrayEquals(new float[] {3, 4, 30, 40}, map.apply(TABLE, 2));
    }

    @Test
    void comesBackFromJsonToTheSameBits() {
        float[] soft = new float[300];
        for (int i = 0; i < soft.length; i++) {
            soft[i] = (float) Counter.uniform(1, i);
        }
        WidthMap map = WidthMap.identity(soft.length).compose(Axis.range(200), soft);
        assertEquals(map, WidthMap.fromJson(map.toJson()));
    }

    @Test
    void hashTellsEveryBitAndSurvivesJson() {
        WidthMap map = new WidthMap(4, new int[] {1, 3}, new float[] {0.5f, 1.17549435E-38f});
        assertEquals(map.hash(), WidthMap.fromJson(map.toJson()).hash());
        List<WidthMap> others = List.of(
                new WidthMap(5, new int[] {1, 3}, new float[] {0.5f, 1.17549435E-38f}),
                new WidthMap(4, new int[] {2, 3}, new float[] {0.5f, 1.17549435E-38f}),
                new WidthMap(4, new int[] {1, 3}, new float[] {0.5f, Math.nextUp(1.17549435E-38f)}),
                new WidthMap(4, new int[] {1}, new float[] {0.5f}));
        others.forEach(other -> assertNotEquals(map.hash(), other.hash(), other.toJson()));
    }

    @Test
    void refusesWhatDoesNotFit() {
        WidthMap map = WidthMap.identity(4);
        assertThrows(IllegalArgumentException.class, () -> map.apply(TABLE, 3));
        assertThrows(IllegalArgumentException.class, () -> map.compose(new int[] {0}, new float[3]));
        assertThrows(InvalidInputException.class, () -> WidthMap.fromJson("{\"teacherWidth\":1"));
        assertThrows(InvalidInputException.class, () -> WidthMap.fromJson(""));
    }
}
