package io.tinyclip.actors.simulation;

import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.RunEffect;
import java.util.List;

/**
 * A step as it comes to one worker.
 *
 * @param number what its sender calls the receiver
 * @param workers of the sender, by its numbers
 * @param servers in the order of their ranges
 */
record SimulatedOrder(
        SimulatedCoordinator from,
        int number,
        RunEffect.SendStep step,
        List<SimulatedWorker> workers,
        List<SimulatedShard> servers) {
    Stamp stamp() {
        return step.stamp();
    }
}
