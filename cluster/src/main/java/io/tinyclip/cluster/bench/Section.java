package io.tinyclip.cluster.bench;

/** Parts of the benchmark, in the order in which they run. */
public enum Section {
    /** What this machine can do at the most: products, memory, decoding. */
    MACHINE,
    /** Adding and updating vectors beside memory bandwidth. */
    MEMORY,
    /** A worker's step beside products of matrices, in both precisions. */
    KERNELS,
    /** The data plane beside plain sockets. */
    PLANE,
    /** What a message costs. */
    MESSAGES,
    /** Bytes of a step beside the formula. */
    BYTES,
    /** Time and processor seconds of a step outside computation. */
    STEP
}
