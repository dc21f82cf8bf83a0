package io.tinyclip.kernel;

/** The number type inside a kernel; vectors, features and gradients outside are wide. */
public enum Precision {
    /** Float inside and outside. */
    FP32(6, 6),
    /** bfloat16 inside, float outside: about twice as fast where the processor has it. */
    BF16(15, 6),
    /** Double inside and outside, for tests against finite differences. */
    FP64(7, 7);

    private final int compute;
    private final int wide;

    Precision(int compute, int wide) {
        this.compute = compute;
        this.wide = wide;
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
