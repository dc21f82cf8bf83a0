package io.tinyclip.actors.simulation;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.inherit.Kept;
import io.tinyclip.optimize.Range;
import java.util.Optional;

/** A coordinator's cuts by calibration, whose student has another layout. See {@code lead.Calibrations}. */
final class SimulatedCalibration {
    private final SimulatedNetwork network;
    private final SimulatedCoordinator coordinator;
    private final SimulatedPlane plane;
    private Optional<Stamp> underWay = Optional.empty();

    SimulatedCalibration(SimulatedNetwork network, SimulatedCoordinator coordinator, SimulatedPlane plane) {
        this.network = network;
        this.coordinator = coordinator;
        this.plane = plane;
    }

    void begin(RunEffect.Calibrate calibrate, long nanos) {
        if (underWay.filter(calibrate.stamp()::equals).isPresent()) {
            return;
        }
        underWay = Optional.of(calibrate.stamp());
        SimulatedVector.fetch(
                plane.errand(coordinator),
                "to calibrate",
                Published::master,
                calibrate.shards(),
                found -> network.work("calibrated", coordinator, nanos, () -> ended(calibrate, found, nanos)));
    }

    private void ended(RunEffect.Calibrate calibrate, Optional<String> found, long nanos) {
        if (underWay.filter(calibrate.stamp()::equals).isEmpty()) {
            return;
        }
        underWay = Optional.empty();
        found.ifPresent(vector -> {
            Handle handle = plane.publish(coordinator, "calibrated", vector, nanos);
            ShardWeights whole =
                    new ShardWeights(new Range(0, calibrate.layout().size()), handle);
            Kept kept = Fixture.kept(
                    calibrate.layout().shape(), Fixture.simulated().stages().get(calibrate.stage()));
            coordinator.apply(run -> run.calibrated(calibrate.stamp(), kept, whole));
        });
    }
}
