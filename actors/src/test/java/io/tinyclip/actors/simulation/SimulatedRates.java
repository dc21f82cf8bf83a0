package io.tinyclip.actors.simulation;

import java.util.Random;

/** How often what happens, of 1 at every event. */
record SimulatedRates(
        double deaths, double joins, double leaves, double takeovers, double freezes, double thaws, double stops) {
    static final double THAWS = 0.0005;
    static final SimulatedRates CALM = new SimulatedRates(0, 0, 0, 0, 0, 0, 0);

    static SimulatedRates drawn(Random random) {
        double[] rates = {0, 0.0003, 0.002};
        return new SimulatedRates(
                rates[random.nextInt(3)],
                rates[random.nextInt(3)],
                rates[random.nextInt(3)] / 2,
                random.nextInt(3) * 0.0002,
                random.nextInt(3) * 0.0003,
                THAWS,
                random.nextInt(3) * 0.00005);
    }
}
