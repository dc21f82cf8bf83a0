package io.tinyclip.cluster.settings;

/** Whether a step keeps the forward pass for its backward pass. */
public enum Hold {
    /** Where it fits in memory. */
    AUTO,
    /** Always. */
    ON,
    /** Never: the forward pass is computed twice. */
    OFF
}
