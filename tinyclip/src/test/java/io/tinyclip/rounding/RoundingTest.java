package io.tinyclip.rounding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.tinyclip.files.tensors.Float16;
import io.tinyclip.random.Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RoundingTest {
    private static final int ALL = 1 << 16;
    private static final int TRIALS = 1 << 20;

    @ParameterizedTest
    @EnumSource(names = {"BF16", "FP16"})
    void keepsEveryNumberThatItHas(Rounding rounding) {
        for (int bits = 0; bits < ALL; bits++) {
            float number = number(rounding, bits);
            assertSameBits(Float.isNaN(number) ? Float.NaN : number, rounding.of(number));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "FP16"})
    void roundsToTheNearestAndTiesToEven(Rounding rounding) {
        int infinity = bits(rounding, Float.POSITIVE_INFINITY);
        for (int bits = 0; bits + 1 < infinity; bits++) {
            float low = number(rounding, bits);
            float high = number(rounding, bits + 1);
            float middle = (float) (((double) low + high) / 2);
            for (int sign = -1; sign <= 1; sign += 2) {
                assertSameBits(sign * (bits % 2 == 0 ? low : high), rounding.of(sign * middle));
                assertSameBits(sign * low, rounding.of(sign * Math.nextDown(middle)));
                assertSameBits(sign * high, rounding.of(sign * Math.nextUp(middle)));
            }
        }
    }

    @Test
    void agreesWithTheNumbersOfFiles() {
        for (int i = 0; i < TRIALS; i++) {
            float value = Float.intBitsToFloat((int) Counter.bits(1, i));
            float expected = Float16.toFloat(Float16.fromFloat(value));
            assertSameBits(Float.isNaN(value) ? Float.NaN : expected, Rounding.FP16.of(value));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FP16, 65519.996, 65504",
        "FP16, 65520, Infinity",
        "FP16, -65520, -Infinity",
        "FP16, 3.4e38, Infinity",
        "FP16, 2.9802322e-8, 0",
        "FP16, 2.9802326e-8, 5.9604645e-8",
        "FP16, -1e-30, -0.0",
        "BF16, 3.3961775e38, Infinity",
        "BF16, 3.3961773e38, 3.3895314e38",
        "BF16, -3.4028235e38, -Infinity",
        "BF16, 1.4e-45, 0",
        "BF16, 4.605170, 4.59375",
        "FP32, 4.605170, 4.605170"
    })
    void roundsAtTheEndsOfItsRange(Rounding rounding, float value, float expected) {
        assertSameBits(expected, rounding.of(value));
    }

    @ParameterizedTest
    @EnumSource
    void roundsManyAsItRoundsOne(Rounding rounding) {
        float[] values = new float[1000];
        float[] expected = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat((int) Counter.bits(2, i));
            expected[i] = i < 3 || i >= 990 ? values[i] : rounding.of(values[i]);
        }
        rounding.apply(values, 3, 990);
        assertArrayEquals(expected, values);
    }

    @Test
    void roundsIntoANewArrayUnlessThereIsNothingToRound() {
        float[] values = {1.001f};
        assertSame(values, Rounding.FP32.rounded(values));
        float[] rounded = Rounding.BF16.rounded(values);
        assertNotSame(values, rounded);
        assertArrayEquals(new float[] {1}, rounded);
        assertArrayEquals(new float[] {1.001f}, values);
    }

    /** Of all 65,536, as the formats define them. */
    private static float number(Rounding rounding, int bits) {
        return rounding == Rounding.BF16 ? Float.intBitsToFloat(bits << 16) : Float16.toFloat((short) bits);
    }

    private static int bits(Rounding rounding, float number) {
        return rounding == Rounding.BF16 ? Float.floatToRawIntBits(number) >>> 16 : Float16.fromFloat(number) & 0xFFFF;
    }

    private static void assertSameBits(float expected, float actual) {
        assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(actual), expected + " and " + actual);
    }
}
