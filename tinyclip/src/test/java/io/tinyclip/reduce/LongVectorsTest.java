package io.tinyclip.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tinyclip.model.FloatVector;
import io.tinyclip.random.Counter;
import io.tinyclip.rounding.Rounding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors of more floats than one core takes. */
class LongVectorsTest {
    private static final int FLOATS = 3 * (1 << 18) + 1_001;

    @ParameterizedTest
    @EnumSource(Rounding.class)
    void areAddedAndRoundedFloatByFloat(Rounding rounding) {
        float[] left = floats(1);
        float[] right = floats(2);
        float[] expected = new float[FLOATS];
        for (int i = 0; i < FLOATS; i++) {
            expected[i] = left[i] + right[i];
        }
        FloatVector rounded = FloatVector.allocate(FLOATS);
        VectorRounding.round(rounding, FloatVector.of(expected), rounded);
        rounding.apply(expected, 0, FLOATS);
        assertArrayEquals(expected, rounded.toArray());
        List<FloatVector> unused = new ArrayList<>();
        FloatVector added = new VectorSums(rounding, unused::add).add(FloatVector.of(left), FloatVector.of(right));
        assertArrayEquals(expected, added.toArray());
        assertArrayEquals(right, unused.get(0).toArray());
    }

    private static float[] floats(long key) {
        float[] floats = new float[FLOATS];
        for (int i = 0; i < FLOATS; i++) {
            floats[i] = (float) Counter.uniform(key, i) - 0.5f;
        }
        return floats;
    }
}
