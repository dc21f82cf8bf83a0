package io.tinyclip.actors;

import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.checkpoint.Checkpoint;
import io.tinyclip.checkpoint.SavedRange;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a run begins, or goes on: at its newest good checkpoint, or at the start. Its floats are published for the
 * servers, until {@link #release}.
 *
 * @param epoch that it was published for
 * @param digest of the position, where it is a checkpoint's
 */
record RunOrigin(long epoch, Position position, Optional<String> digest, List<Part> parts) {
    /**
     * Looks for a checkpoint and publishes it, or else the start vector; reads files.
     *
     * @param mostSteps committed steps beyond which checkpoints are in doubt, and removed
     */
    static RunOrigin find(RunSetup setup, DataPlane plane, long epoch, OptionalLong mostSteps) {
        Optional<Checkpoint> checkpoint = mostSteps.isPresent()
                ? setup.checkpoints().newestGoodUpTo(mostSteps.getAsLong())
                : setup.checkpoints().newestGood();
        return checkpoint.map(found -> resumed(setup, plane, epoch, found)).orElseGet(() -> fresh(setup, plane, epoch));
    }

    private static RunOrigin resumed(RunSetup setup, DataPlane plane, long epoch, Checkpoint checkpoint) {
        PositionJson.Stored stored = PositionJson.read(checkpoint.state(), "checkpoint " + checkpoint.id());
        List<Part> parts = new ArrayList<>();
        for (Range range : Shards.of(stored.position().layout(), setup.servers())) {
            if (range.length() > 0) {
                SavedRange read = checkpoint.readRange(range.from(), range.to());
                String key = key(epoch, range);
                parts.add(new Part(
                        range,
                        plane.publish(key + "/weights", read.weights()),
                        Optional.of(new Part.Moments(
                                plane.publish(key + "/first", read.m()), plane.publish(key + "/second", read.v())))));
            }
        }
        return new RunOrigin(epoch, stored.position(), Optional.of(stored.digest()), parts);
    }

    /** Where a run without a checkpoint begins. */
    static Position start(RunSetup setup) {
        Layout layout =
                Layout.of(setup.start(), setup.tokenRows(), false, setup.plan().pretrain());
        WidthMap widthMap = WidthMap.identity(setup.start().text().width());
        return new Position(setup.plan().start(), layout, 0, widthMap, 0);
    }

    private static RunOrigin fresh(RunSetup setup, DataPlane plane, long epoch) {
        Position position = start(setup);
        Layout layout = position.layout();
        if (setup.startVector().length != layout.size()) {
            throw new InvalidInputException("the start vector has [" + setup.startVector().length
                    + "] floats where the model's layout has [" + layout.size() + "]");
        }
        Range all = new Range(0, layout.size());
        Part start = new Part(all, plane.publish(key(epoch, all), setup.startVector()), Optional.empty());
        return new RunOrigin(epoch, position, Optional.empty(), List.of(start));
    }

    private static String key(long epoch, Range range) {
        return "coordinator/" + epoch + "/" + range.from();
    }

    /** Ends what was published. */
    void release(DataPlane plane) {
        parts.stream().flatMap(Part::handles).forEach(plane::release);
    }
}
