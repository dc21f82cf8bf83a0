package io.tinyclip.kernel;

import io.tinyclip.engine.Capabilities;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The number type inside a kernel; vectors, features and gradients outside are wide. */
public enum Precision {
    /** Float inside and outside. */
    FP32(6, 6, Float.BYTES),
    /** bfloat16 inside, float outside: about twice as fast where the processor has it. */
    BF16(15, 6, Short.BYTES),
    /** Double inside and outside, for tests against finite differences. */
    FP64(7, 7, Double.BYTES);

    private final int compute;
    private final int wide;
    private final int bytes;

    Precision(int compute, int wide, int bytes) {
        this.compute = compute;
        this.wide = wide;
        this.bytes = bytes;
    }

    /**
     * The faster one of those that train. A function of what the device can do, never of a stopwatch: two runs of one recipe on
     * one kind of machine must not differ.
     */
    public static Precision fitting(Capabilities device) {
        return device.multipliesBf16() ? BF16 : FP32;
    }

    /** The one of that {@link #word}. */
    public static Optional<Precision> named(String word) {
        return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst();
    }

    /** As settings and records have it, such as {@code bf16}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Bytes of a number inside. */
    public int bytes() {
        return bytes;
    }

    /** libtorch's scalar type inside. */
    int compute() {
        return compute;
    }

    /** libtorch's scalar type outside. */
    int wide() {
        return wide;
    }
}
