package io.tinyclip.rounding;

/**
 * The numbers that a kind of value is rounded to where it is made, before anybody uses it: to nearest, ties to even. What
 * has been rounded stays as it is when it is rounded again. NaN becomes the one that {@link Float#NaN} is, as its other
 * bits are not the same on every machine.
 */
public enum Rounding {
    /** Values as they are. */
    FP32 {
        @Override
        public float of(float value) {
            return value;
        }

        @Override
        public void apply(float[] values, int from, int to) {}
    },

    /** bfloat16: a float's sign and exponent and 7 bits of fraction. */
    BF16 {
        @Override
        public float of(float value) {
            return bfloat16(value);
        }

        @Override
        public void apply(float[] values, int from, int to) {
            for (int i = from; i < to; i++) {
                values[i] = bfloat16(values[i]);
            }
        }
    },

    /** IEEE 754 binary16: 5 bits of exponent, 10 of fraction; magnitudes from 65520 on become infinite. */
    FP16 {
        @Override
        public float of(float value) {
            return binary16(value);
        }

        @Override
        public void apply(float[] values, int from, int to) {
            for (int i = from; i < to; i++) {
                values[i] = binary16(values[i]);
            }
        }
    };

    /** Bits of a float's fraction that bfloat16 and binary16 do not have. */
    private static final int BFLOAT16_CUT = 16;

    private static final int BINARY16_CUT = 13;
    /** Halfway between 65504, binary16's largest number, and the next that it would have with a longer exponent. */
    private static final float BINARY16_OVERFLOW = 65520;
    /** Binary16's smallest number with a full fraction; below it, numbers are multiples of 2^-24. */
    private static final float BINARY16_NORMAL = 0x1.0p-14f;
    /** From here to 1, floats are multiples of 2^-24. */
    private static final float MULTIPLES_OF_2_TO_MINUS_24 = 0.5f;

    /** The number nearest to a value. */
    public abstract float of(float value);

    /** Rounds values {@code [from, to)} in place. */
    public abstract void apply(float[] values, int from, int to);

    /** Rounds all values in place. */
    public void apply(float[] values) {
        apply(values, 0, values.length);
    }

    /** The values rounded: a new array, or the same one where nothing is rounded. */
    public float[] rounded(float[] values) {
        if (this == FP32) {
            return values;
        }
        float[] rounded = values.clone();
        apply(rounded);
        return rounded;
    }

    /** A carry out of the fraction runs on into the exponent by itself, and past the largest number into infinity. */
    private static float bfloat16(float value) {
        return Float.isNaN(value) ? Float.NaN : Float.intBitsToFloat(cut(value, BFLOAT16_CUT));
    }

    private static float binary16(float value) {
        float magnitude = Math.abs(value);
        if (magnitude < BINARY16_NORMAL) {
            // Adding float to float rounds as is wanted here.
            return Math.copySign((magnitude + MULTIPLES_OF_2_TO_MINUS_24) - MULTIPLES_OF_2_TO_MINUS_24, value);
        }
        if (magnitude < BINARY16_OVERFLOW) {
            return Float.intBitsToFloat(cut(value, BINARY16_CUT));
        }
        return Float.isNaN(value) ? Float.NaN : Math.copySign(Float.POSITIVE_INFINITY, value);
    }

    /** A float's bits, rounded to those above the lowest {@code bits}. */
    private static int cut(float value, int bits) {
        int raw = Float.floatToRawIntBits(value);
        int belowHalf = (1 << bits - 1) - 1;
        int odd = raw >>> bits & 1;
        return raw + belowHalf + odd >>> bits << bits;
    }
}
