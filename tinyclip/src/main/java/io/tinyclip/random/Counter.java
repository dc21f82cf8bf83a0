package io.tinyclip.random;

/**
 * Counter-based random numbers: a value is a pure function of its key and index, so it can be had in any order, on any
 * machine, without state. The mixer is the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
 */
public final class Counter {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1.0p-53;

    private Counter() {}

    /** A key for everything random about the thing that the parts name, in order. */
    public static long key(long seed, long... parts) {
        long key = mix(seed + GOLDEN);
        for (long part : parts) {
            // Turned, so that a part that equals the seed does not cancel it.
            key = mix(Long.rotateLeft(key, Integer.SIZE) ^ mix(part + GOLDEN));
        }
        return key;
    }

    /** 64 uniform bits. */
    public static long bits(long key, long index) {
        return mix(key + (index + 1) * GOLDEN);
    }

    /** Uniform in [0, 1), on a grid of 2^-53. */
    public static double uniform(long key, long index) {
        return (bits(key, index) >>> 11) * UNIT;
    }

    /** Uniform in [0, bound). */
    public static int below(long key, long index, int bound) {
        return (int) Math.multiplyHigh(bits(key, index) >>> 1, 2L * bound);
    }

    /** Standard normal, by Box and Muller's transform in StrictMath: the same bits on every JVM. */
    public static double normal(long key, long index) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(key, 2 * index)));
        return radius * StrictMath.cos(2 * StrictMath.PI * uniform(key, 2 * index + 1));
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
