package io.tinyclip.actors.simulation;

import java.util.ArrayList;
import java.util.List;

/** Something that messages arrive at, as long as it lives. While it is frozen all waits that would happen there. */
abstract class SimulatedProcess {
    private final List<Runnable> held = new ArrayList<>();
    private boolean alive = true;
    private boolean frozen;
    private double slowness = 1;

    boolean alive() {
        return alive;
    }

    void die() {
        alive = false;
    }

    boolean frozen() {
        return frozen;
    }

    void freeze() {
        frozen = true;
    }

    /** What was to happen meanwhile, in order. */
    List<Runnable> thaw() {
        frozen = false;
        List<Runnable> waiting = List.copyOf(held);
        held.clear();
        return waiting;
    }

    void hold(Runnable event) {
        held.add(event);
    }

    /** How many times as long as others it takes for everything. */
    double slowness() {
        return slowness;
    }

    void slow(double times) {
        slowness = times;
    }
}
