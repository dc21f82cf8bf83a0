package io.tinyclip.files.tensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Float16Test {
    @Test
    void everyNumberSurvivesTheWayThereAndBack() {
        for (int bits = 0; bits <= 0xFFFF; bits++) {
            float value = Float16.toFloat((short) bits);
            if (Float.isNaN(value)) {
                assertTrue(Float.isNaN(Float16.toFloat(Float16.fromFloat(value))));
            } else {
                assertEquals((short) bits, Float16.fromFloat(value), Integer.toHexString(bits));
            }
        }
    }

    @Test
    void numbersHalfwayGoToTheEvenOneAndOthersToTheNearest() {
        for (int bits = 0; bits < 0x7BFF; bits++) {
            float low = Float16.toFloat((short) bits);
            float middle = (low + Float16.toFloat((short) (bits + 1))) / 2;
            int even = bits + (bits & 1);
            assertEquals((short) even, Float16.fromFloat(middle));
            assertEquals((short) bits, Float16.fromFloat(Math.nextDown(middle)));
            assertEquals((short) (bits + 1), Float16.fromFloat(Math.nextUp(middle)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3C00, 1",
        "C000, -2",
        "7BFF, 65504",
        "0001, 5.9604645E-8",
        "0400, 6.1035156E-5",
        "3555, 0.33325195",
        "8000, -0.0"
    })
    void knowsTheStandardsExamples(String hex, float value) {
        assertEquals(value, Float16.toFloat((short) Integer.parseInt(hex, 16)));
    }

    @Test
    void overflowsToInfinityWhereItRoundsThere() {
        assertEquals(65504f, Float16.toFloat(Float16.fromFloat(65519.996f)));
        assertEquals(Float.NEGATIVE_INFINITY, Float16.toFloat(Float16.fromFloat(-65520f)));
        assertEquals((short) 0, Float16.fromFloat(0x1.0p-25f));
    }
}
