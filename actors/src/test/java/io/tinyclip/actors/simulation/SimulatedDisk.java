package io.tinyclip.actors.simulation;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.plan.RunPlan;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What survives when every process dies. */
public final class SimulatedDisk {
    /** @param content of the vector, see {@link SimulatedVector} */
    record Stored(Position position, String digest, String content) {}

    private final RunPlan plan;
    private final TreeMap<Long, Stored> checkpoints = new TreeMap<>();
    private Optional<Stored> sealedLast = Optional.empty();
    private long term;
    private long told;

    SimulatedDisk(RunPlan plan) {
        this.plan = plan;
    }

    public static Position start() {
        return start(Fixture.compress());
    }

    static Position start(RunPlan plan) {
        WidthMap widths = WidthMap.identity(Fixture.SHAPE.text().width());
        return new Position(plan.start(), Samples.UNMASKED, 0, widths, 0);
    }

    /** Committed steps that are told of. */
    long told() {
        return told;
    }

    void told(long steps) {
        told = steps;
    }

    long claim() {
        return ++term;
    }

    long term() {
        return term;
    }

    void seal(Stored stored) {
        checkpoints.put(plan.committedSteps(stored.position.cursor()), stored);
        sealedLast = Optional.of(stored);
        while (checkpoints.size() > 2) {
            checkpoints.pollFirstEntry();
        }
    }

    /** Whatever has become of it since. */
    Stored sealedLast() {
        return sealedLast.orElseThrow();
    }

    /** The newest is cut or flipped, and skipped from now on; the one before stays: without any, a run stops. */
    void damageNewest() {
        if (checkpoints.size() > 1) {
            checkpoints.pollLastEntry();
        }
    }

    /** The newest, once those in doubt are removed; else the start. */
    Stored newest(OptionalLong mostSteps) {
        mostSteps.ifPresent(most -> checkpoints.tailMap(most, false).clear());
        Position start = start(plan);
        return checkpoints.isEmpty()
                ? new Stored(start, "", SimulatedVector.content(start.stamp(0)))
                : checkpoints.lastEntry().getValue();
    }
}
