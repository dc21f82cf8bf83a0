package io.tinyclip.cluster.bench;

/** Parts of the benchmark, in the order in which they run. */
public enum Section {
    /** Adding and updating vectors beside memory bandwidth. */
    MEMORY,
    /** A worker's step beside products of matrices. */
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
