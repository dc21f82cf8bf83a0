package io.tinyclip.actors.simulation;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.actors.worker.WorkerEffect;
import io.tinyclip.hash.Sha256;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.LeftOut;
import io.tinyclip.step.ShardPin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What survives when every process dies. */
public final class SimulatedDisk {
    /** @param content of the vector, see {@link SimulatedVector} */
    record Stored(Position position, String digest, String content) {}

    private record Pinned(long steps, String hash) {}

    private final RunPlan plan;
    private final TreeMap<Long, Stored> checkpoints = new TreeMap<>();
    private Optional<Stored> sealedLast = Optional.empty();
    private long term;
    private long told;
    private final Map<Integer, Pinned> pins = new TreeMap<>();

    SimulatedDisk(RunPlan plan) {
        this.plan = plan;
    }

    public static Position start() {
        return start(Fixture.simulated());
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

    /** Shards that steps are the first to read: one every other step. */
    static List<ShardPin> pinsOf(long steps) {
        int shard = (int) (steps / 2);
        return List.of(new ShardPin(shard, Sha256.hex(("shard " + shard).getBytes(StandardCharsets.UTF_8)), "x.tar"));
    }

    /** That a partition is done, with the shards that its step reads. */
    CoordinatorCommand.PartitionDone done(Stamp stamp, int worker, WorkerEffect.TellDone done) {
        return new CoordinatorCommand.PartitionDone(
                stamp,
                worker,
                done.partition(),
                done.share().loss(),
                0,
                0,
                LeftOut.NONE,
                pinsOf(plan.committedSteps(stamp.cursor()) + 1));
    }

    void pin(long steps, List<ShardPin> shards) {
        shards.forEach(pin -> pins.putIfAbsent(pin.shard(), new Pinned(steps, pin.hash())));
    }

    boolean isPinned(long steps) {
        return pinsOf(steps).stream().allMatch(pin -> pins.containsKey(pin.shard()));
    }

    Map<Integer, String> pins() {
        Map<Integer, String> hashes = new TreeMap<>();
        pins.forEach((shard, pinned) -> hashes.put(shard, pinned.hash));
        return hashes;
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
        mostSteps.ifPresent(most -> {
            checkpoints.tailMap(most, false).clear();
            pins.values().removeIf(pinned -> pinned.steps > most);
        });
        Position start = start(plan);
        return checkpoints.isEmpty()
                ? new Stored(start, "", SimulatedVector.content(start.stamp(0)))
                : checkpoints.lastEntry().getValue();
    }
}
