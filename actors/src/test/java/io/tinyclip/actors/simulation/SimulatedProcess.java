package io.tinyclip.actors.simulation;

/** Something that messages arrive at, as long as it lives. */
abstract class SimulatedProcess {
    private boolean alive = true;
    private double lag;

    boolean alive() {
        return alive;
    }

    void die() {
        alive = false;
    }

    /** Share of the times that something could happen here at which it does not: slow, frozen, or neither. */
    double lag() {
        return lag;
    }

    void lag(double share) {
        lag = share;
    }
}
