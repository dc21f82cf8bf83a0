package io.tinyclip.cluster.settings;

/** The type that kernels multiply in. */
public enum Precision {
    /** 32 bits throughout. */
    FP32,
    /** Products of bfloat16, sums and everything outside the kernels in 32 bits. */
    BF16
}
