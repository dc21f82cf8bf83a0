package io.tinyclip.files.tensors;

/** IEEE 754 binary16: 1 sign bit, 5 of exponent, 10 of fraction. (The JDK converts only since 20.) */
public final class Float16 {
    private static final int SIGN = 0x8000;
    private static final int INFINITY = 0x7C00;
    private static final int QUIET = 0x0200;
    private static final int FRACTION_BITS = 10;
    private static final int FRACTION = (1 << FRACTION_BITS) - 1;
    private static final int SMALLEST_EXPONENT = -14;
    /** 2^-24, the smallest number above zero. */
    private static final float SUBNORMAL_UNIT = 0x1.0p-24f;
    /** Halfway between the largest number, 65504, and the next that 5 bits of exponent cannot hold. */
    private static final float OVERFLOW = 65520f;

    private Float16() {}

    /** The same number. */
    public static float toFloat(short half) {
        int sign = (half & SIGN) << 16;
        int exponent = (half & INFINITY) >> FRACTION_BITS;
        int fraction = half & FRACTION;
        int magnitude;
        if (exponent == 0) {
            magnitude = Float.floatToRawIntBits(fraction * SUBNORMAL_UNIT);
        } else if (exponent == INFINITY >> FRACTION_BITS) {
            magnitude = Float.floatToRawIntBits(Float.POSITIVE_INFINITY) | fraction << 13;
        } else {
            magnitude = exponent + (Float.MAX_EXPONENT - 15) << 23 | fraction << 13;
        }
        return Float.intBitsToFloat(sign | magnitude);
    }

    /** Rounds to nearest, ties to even. */
    public static short fromFloat(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & SIGN;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | INFINITY | QUIET);
        }
        if (magnitude >= OVERFLOW) {
            return (short) (sign | INFINITY);
        }
        int exponent = Math.max(Math.getExponent(magnitude), SMALLEST_EXPONENT);
        // In units of the last place: 0 to 2^11, exact before rint. Carries run on into the exponent by themselves.
        int units = (int) Math.rint(Math.scalb((double) magnitude, FRACTION_BITS - exponent));
        return (short) (sign | (exponent - SMALLEST_EXPONENT << FRACTION_BITS) + units);
    }
}
