package io.tinyclip.actors.lead;

import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.checkpoint.Checkpoint;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.checkpoint.SavedRange;
import io.tinyclip.checkpoint.Term;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds where a run begins or goes on, and publishes its floats for the servers. */
record Origins(RunSetup setup, DataPlane plane) {
    /** Its weight and both moments. */
    static final long BYTES_A_PARAMETER = 3L * Float.BYTES;

    /**
     * What a coordinator begins with.
     *
     * @param told committed steps that its listener was told of, under whatever coordinator
     */
    record Begun(Term term, RunOrigin origin, OptionalLong told) {}

    /** From now on this coordinator leads, until another one claims a higher term; one may have been claimed for it. */
    Begun claim(RunListener listener) {
        CheckpointStore checkpoints = setup.checkpoints();
        Term term = checkpoints.term().orElseGet(() -> checkpoints.terms().take());
        checkpoints.removeLeftovers();
        return new Begun(term, find(Epoch.first(term.number()), OptionalLong.empty()), listener.told());
    }

    /**
     * Looks for a checkpoint and publishes it, or else the start vector; reads files.
     *
     * @param mostSteps committed steps beyond which checkpoints are in doubt, and removed
     */
    RunOrigin find(long epoch, OptionalLong mostSteps) {
        Optional<Checkpoint> checkpoint = mostSteps.isPresent()
                ? setup.checkpoints().newestGoodUpTo(mostSteps.getAsLong())
                : setup.checkpoints().newestGood();
        return checkpoint.map(found -> resumed(epoch, found)).orElseGet(() -> fresh(epoch));
    }

    /** That a checkpoint has, about. */
    long bytes() {
        return BYTES_A_PARAMETER * setup.startPosition().layout().size();
    }

    private RunOrigin resumed(long epoch, Checkpoint checkpoint) {
        PositionJson.Stored stored = PositionJson.read(checkpoint.state(), "checkpoint " + checkpoint.id());
        Map<Integer, String> pins = setup.checkpoints()
                .pins()
                .require(
                        checkpoint.state(),
                        setup.plan().committedSteps(stored.position().cursor()));
        List<Part> parts = new ArrayList<>();
        for (Range range : Shards.of(stored.position().layout(), setup.servers())) {
            if (range.length() > 0) {
                SavedRange read = checkpoint.readRange(range.from(), range.to());
                String key = key(epoch, range);
                parts.add(new Part(
                        range,
                        plane.publish(key + "/weights", read.weights().floats(), Encoding.FP32),
                        Optional.of(new Part.Moments(
                                plane.publish(key + "/first", read.m().floats(), Encoding.FP32),
                                plane.publish(key + "/second", read.v().floats(), Encoding.FP32)))));
            }
        }
        return new RunOrigin(epoch, stored.position(), Optional.of(stored.digest()), parts, pins);
    }

    private RunOrigin fresh(long epoch) {
        Position position = setup.startPosition();
        Layout layout = position.layout();
        FloatVector start = setup.startVector().get();
        if (start.size() != layout.size()) {
            throw new InvalidInputException("the start vector has [" + start.size()
                    + "] floats where the model's layout has [" + layout.size() + "]");
        }
        Range all = new Range(0, layout.size());
        Part whole = new Part(all, plane.publish(key(epoch, all), start.floats(), Encoding.FP32), Optional.empty());
        return new RunOrigin(
                epoch,
                position,
                Optional.empty(),
                List.of(whole),
                setup.checkpoints().pins().all());
    }

    private static String key(long epoch, Range range) {
        return "coordinator/" + epoch + "/" + range.from();
    }

    /** Ends what was published. */
    void release(RunOrigin origin) {
        origin.parts().stream().flatMap(Part::handles).forEach(plane::release);
    }
}
