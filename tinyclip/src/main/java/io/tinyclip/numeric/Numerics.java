package io.tinyclip.numeric;

/** Who may take part in a run. */
public enum Numerics {
    /** Only machines that give the probe's answers bit for bit as the run's own class does. */
    STRICT,
    /** Any machine; the record of the run names the classes that took part, and its digest cannot be had again. */
    RELAXED
}
