package io.tinyclip.actors;

import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.checkpoint.Checkpoint;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import java.util.Optional;

/**
 * Where a run begins: at its newest good checkpoint, or at the start.
 *
 * @param digest of the position, where it is a checkpoint's
 */
record RunOrigin(Position position, Optional<String> digest, ParameterServer.Source source) {
    /** Looks for a checkpoint; reads files. Without one, the start vector is published. */
    static RunOrigin find(RunSetup setup, DataPlane plane) {
        setup.checkpoints().removeLeftovers();
        return setup.checkpoints().newestGood().map(RunOrigin::resumed).orElseGet(() -> fresh(setup, plane));
    }

    private static RunOrigin resumed(Checkpoint checkpoint) {
        PositionJson.Stored stored = PositionJson.read(checkpoint.state(), "checkpoint " + checkpoint.id());
        return new RunOrigin(
                stored.position(), Optional.of(stored.digest()), new ParameterServer.Source.Stored(checkpoint.id()));
    }

    private static RunOrigin fresh(RunSetup setup, DataPlane plane) {
        Layout layout =
                Layout.of(setup.start(), setup.tokenRows(), false, setup.plan().pretrain());
        if (setup.startVector().length != layout.size()) {
            throw new InvalidInputException("the start vector has [" + setup.startVector().length
                    + "] floats where the model's layout has [" + layout.size() + "]");
        }
        WidthMap widthMap = WidthMap.identity(setup.start().text().width());
        Position position = new Position(setup.plan().start(), layout, 0, widthMap, 0);
        return new RunOrigin(
                position,
                Optional.empty(),
                new ParameterServer.Source.Published(plane.publish("coordinator/start", setup.startVector())));
    }
}
