package io.tinyclip.actors;

import io.tinyclip.actors.RunEffect.AskCut;
import io.tinyclip.actors.RunEffect.Fail;
import io.tinyclip.actors.RunEffect.Finish;
import io.tinyclip.actors.RunEffect.LoadShards;
import io.tinyclip.actors.RunEffect.SendCommit;
import io.tinyclip.actors.RunEffect.SendGather;
import io.tinyclip.actors.RunEffect.SendReduce;
import io.tinyclip.actors.RunEffect.SendStep;
import io.tinyclip.actors.RunEffect.TellStage;
import io.tinyclip.actors.RunEffect.TellStarted;
import io.tinyclip.actors.RunEffect.TellStep;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Decides how a run goes on. Facts go in, effects come out; who performs them, and when, is not known here.
 *
 * <pre>
 * LOADING    every shard ready          -> rest
 * rest       a step is next             -> STEPPING     a layout is next -> GATHERING  phase inherit complete -> CUTTING
 *            a checkpoint is in the way -> SEALING      stage complete -> TELLING      stopped                -> ENDED
 * STEPPING   all partitions and shards  -> COMMITTING
 * COMMITTING every shard at the next    -> rest
 * CUTTING    the cut is decided         -> GATHERING
 * GATHERING  every shard has its range  -> rest
 * SEALING    the checkpoint is good     -> rest
 * TELLING    the listener is done       -> GATHERING, or ENDED after the last stage
 * </pre>
 *
 * Facts about another version than the one waited for are late or doubled, and change nothing. Requests are repeated by
 * {@link #remind} until they are answered, so that any message may be lost.
 */
final class RunState {
    /** What does not change during a run. */
    record Terms(RunPlan plan, long epoch, int servers, int checkpointSteps) {}

    private enum Mode {
        LOADING,
        STEPPING,
        COMMITTING,
        CUTTING,
        GATHERING,
        SEALING,
        TELLING,
        ENDED
    }

    private final Terms terms;
    private final TreeSet<Integer> workers;
    private Mode mode = Mode.LOADING;
    private Position position;
    private Position next;
    private final RunCheckpoints checkpoints;
    private StepTally tally;
    private final TreeMap<Integer, Published> ready = new TreeMap<>();
    private List<Published> shards = List.of();
    private List<Lease> leases = List.of();
    private int attempt;
    private OptionalLong committedNanos = OptionalLong.empty();
    private boolean stopping;
    private boolean progressed;
    private List<RunEffect> outstanding = List.of();
    private List<RunEffect> effects = new ArrayList<>();

    /**
     * A run that starts, or goes on, at a position.
     *
     * @param workers numbers of those that live
     * @param digest of the position, where a checkpoint of it is there
     */
    RunState(Terms terms, List<Integer> workers, Position position, Optional<String> digest) {
        this.terms = terms;
        this.workers = new TreeSet<>(workers);
        this.position = position;
        this.next = position;
        this.checkpoints = new RunCheckpoints(terms.plan, terms.checkpointSteps);
        checkpoints.goOnFrom(position, digest);
        this.tally = new StepTally(terms.plan.partitions(), terms.servers);
    }

    /** The run begins: once, before any other fact. */
    List<RunEffect> begin() {
        await(Mode.LOADING, new LoadShards(stamp(), position.layout()));
        return done();
    }

    /** A shard holds and publishes the vector of this version: it has loaded, committed or gathered it. */
    List<RunEffect> shardReady(Stamp stamp, int shard, Published published, long nowNanos) {
        boolean awaited = mode == Mode.LOADING || mode == Mode.COMMITTING || mode == Mode.GATHERING;
        if (awaited && stamp.equals(next.stamp(terms.epoch)) && ready.putIfAbsent(shard, published) == null) {
            progressed = true;
            if (ready.size() == terms.servers) {
                allReady(nowNanos);
            }
        }
        return done();
    }

    List<RunEffect> partitionDone(Stamp stamp, int partition, double loss, double entropy) {
        if (mode == Mode.STEPPING && stamp.equals(stamp())) {
            progressed = true;
            tally.partitionDone(partition, loss, entropy);
            commitIfComplete();
        }
        return done();
    }

    /** @param sparsity expected; NaN from shards without masks */
    List<RunEffect> reduced(Stamp stamp, int shard, double[] squaredNorms, double sparsity) {
        if (mode == Mode.STEPPING && stamp.equals(stamp())) {
            progressed = true;
            tally.reduced(shard, squaredNorms, sparsity);
            commitIfComplete();
        }
        return done();
    }

    List<RunEffect> cutDecided(Coordinator.CutDecided cut) {
        if (mode == Mode.CUTTING && cut.stamp().equals(stamp())) {
            Layout masked = position.layout();
            Layout layout = Layout.of(cut.kept().shapeAfter(masked.shape()), masked.tokenRows(), false, false);
            Cursor cursor = new Cursor(position.cursor().stage(), Phase.DISTILL, 0);
            gather(new Position(cursor, layout, 0, cut.widthMap(), cut.sparsity()), Optional.of(cut.kept()));
        }
        return done();
    }

    /** All shards of a checkpoint are durable. */
    List<RunEffect> checkpointWritten(Stamp stamp, CheckpointFiles files) {
        checkpoints.written(stamp, files).ifPresent(seal -> {
            progressed = true;
            effects.add(seal);
            commitIfComplete();
        });
        return done();
    }

    /** The checkpoint that was to be sealed is good. */
    List<RunEffect> checkpointSealed(Stamp stamp) {
        if (checkpoints.sealed(stamp)) {
            progressed = true;
            if (mode == Mode.SEALING) {
                proceed();
            }
        }
        return done();
    }

    /** Another coordinator has claimed a higher term. */
    List<RunEffect> followed() {
        if (mode != Mode.ENDED) {
            mode = Mode.ENDED;
            effects.add(new Fail("a newer coordinator leads this run: it has claimed a higher term"));
        }
        return done();
    }

    /** The listener has done what it does at a stage's end. */
    List<RunEffect> stageTold(Stamp stamp) {
        if (mode == Mode.TELLING && stamp.equals(stamp())) {
            int stage = position.cursor().stage() + 1;
            if (stage < terms.plan.stages().size()) {
                enter(terms.plan.start(stage));
            } else {
                end(true);
            }
        }
        return done();
    }

    /** A worker is gone: what it had not finished is leased to the others, in the same step. */
    List<RunEffect> workerLost(int worker) {
        if (!workers.remove(worker) || mode == Mode.ENDED) {
            return done();
        }
        if (workers.isEmpty()) {
            mode = Mode.ENDED;
            effects.add(new Fail("the last worker is gone; start the run again and it goes on from its checkpoint"));
        } else if (mode == Mode.STEPPING) {
            List<Lease> again = new ArrayList<>();
            List<Integer> living = List.copyOf(workers);
            for (Lease lease : leases) {
                if (lease.worker() == worker) {
                    again.addAll(Lease.cut(lease.from(), lease.to(), living));
                } else {
                    again.add(lease);
                }
            }
            attempt++;
            sendStep(again);
        }
        return done();
    }

    /** A worker came: it gets leases from the next step on. */
    void workerJoined(int worker) {
        workers.add(worker);
    }

    List<RunEffect> serverLost(int shard) {
        if (mode != Mode.ENDED) {
            mode = Mode.ENDED;
            effects.add(new Fail("parameter server [" + shard
                    + "] is gone and has no backup; start the run again and it goes on from its checkpoint"));
        }
        return done();
    }

    /** Somebody obeys another coordinator, if the epoch is higher. Otherwise the message was late, and nothing is done. */
    List<RunEffect> refused(Refused refused) {
        if (mode != Mode.ENDED && refused.epoch() > terms.epoch) {
            mode = Mode.ENDED;
            effects.add(new Fail("a newer coordinator leads this run: " + refused.reason()));
        }
        return done();
    }

    /** Finish the step under way, write a checkpoint and end. */
    List<RunEffect> stop() {
        stopping = true;
        if (mode == Mode.TELLING) {
            end(false);
        }
        return done();
    }

    /** Repeats what is not answered, if nothing has moved since it was last asked to. */
    List<RunEffect> remind() {
        if (!progressed && mode != Mode.ENDED) {
            effects.addAll(outstanding);
            checkpoints.open().ifPresent(effects::add);
        }
        progressed = false;
        return done();
    }

    private void allReady(long nowNanos) {
        if (mode == Mode.LOADING) {
            committedNanos = OptionalLong.of(nowNanos);
            effects.add(new RunEffect.ReleaseOrigin());
            effects.add(new TellStarted(position));
        } else if (mode == Mode.COMMITTING) {
            tellStep(nowNanos);
        }
        position = next;
        shards = List.copyOf(ready.values());
        proceed();
    }

    private void tellStep(long nowNanos) {
        StepTally.Totals totals = tally.totals(terms.plan.optimizer());
        double seconds = (nowNanos - committedNanos.orElse(nowNanos)) * 1e-9;
        committedNanos = OptionalLong.of(nowNanos);
        effects.add(new TellStep(new RunListener.StepCommitted(
                position.cursor(),
                totals.loss(),
                totals.divergence(),
                totals.norm(),
                totals.sparsityExpected(),
                rates(),
                totals.skip(),
                seconds)));
    }

    /** From rest to whatever is next. Shards move to another layout only when no checkpoint is under way. */
    private void proceed() {
        Cursor cursor = position.cursor();
        boolean complete = terms.plan.phaseComplete(cursor);
        boolean stageComplete = complete && cursor.phase() != Phase.INHERIT;
        boolean layoutNext = !shape(cursor).equals(position.layout().shape())
                || isMasked(cursor) != position.layout().masked();
        boolean needed = checkpoints.needed(position, stopping || stageComplete);
        boolean waits = checkpoints.underWay() && needed;
        if (needed && !waits) {
            effects.add(checkpoints.begin(stamp(), position, shards));
        }
        if (waits || checkpoints.underWay() && (stopping || complete || layoutNext)) {
            await(Mode.SEALING);
        } else if (stopping) {
            end(false);
        } else if (stageComplete) {
            await(Mode.TELLING);
            effects.add(new TellStage(stamp(), position, checkpoints.newestDigest(), shards));
        } else if (layoutNext) {
            enter(cursor);
        } else if (complete) {
            double keep = terms.plan.stages().get(cursor.stage()).keep();
            await(Mode.CUTTING, new AskCut(stamp(), shardWithMasks(), keep, position.widthMap()));
        } else {
            step();
        }
    }

    private int shardWithMasks() {
        List<Range> ranges = Shards.of(position.layout(), terms.servers);
        return IntStream.range(0, ranges.size())
                .filter(shard -> ShardVector.holdsMasks(position.layout(), ranges.get(shard)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no shard holds the masks"));
    }

    private void step() {
        tally = new StepTally(terms.plan.partitions(), terms.servers);
        attempt = 0;
        sendStep(Lease.cut(0, terms.plan.partitions(), List.copyOf(workers)));
    }

    private void sendStep(List<Lease> granted) {
        leases = List.copyOf(granted);
        await(
                Mode.STEPPING,
                new SendReduce(stamp(), rates().sparsityTarget()),
                new SendStep(stamp(), attempt, position.layout(), leases, shards));
    }

    /** A shard may not change what a checkpoint is still being written from: then the commit waits. */
    private void commitIfComplete() {
        if (mode != Mode.STEPPING || !tally.complete() || !checkpoints.written()) {
            return;
        }
        StepTally.Totals totals = tally.totals(terms.plan.optimizer());
        long count = totals.skip() ? position.count() : position.count() + 1;
        next = position.at(terms.plan.next(position.cursor()), count);
        await(
                Mode.COMMITTING,
                new SendCommit(new ShardState.Order(
                        stamp(), next.stamp(terms.epoch), totals.clipScale(), rates(), count, totals.skip())));
    }

    /** A stage may begin with a student chosen by hand. */
    private ModelShape shape(Cursor cursor) {
        return terms.plan
                .stages()
                .get(cursor.stage())
                .student()
                .orElse(position.layout().shape());
    }

    private static boolean isMasked(Cursor cursor) {
        return cursor.phase() == Phase.INHERIT;
    }

    /** A stage begins: masks are added, or the student is taken over from the model before it. */
    private void enter(Cursor cursor) {
        Layout layout = Layout.of(shape(cursor), position.layout().tokenRows(), isMasked(cursor), false);
        Position entered = position.with(cursor, layout);
        if (!layout.masked()) {
            double keep = terms.plan.stages().get(cursor.stage()).keep();
            WidthMap widths = position.widthMap().first(layout.shape().text().width());
            entered = new Position(cursor, layout, 0, widths, 1 - keep);
        }
        gather(entered, Optional.empty());
    }

    private void gather(Position target, Optional<Kept> kept) {
        next = target;
        await(
                Mode.GATHERING,
                new SendGather(stamp(), next.stamp(terms.epoch), position.layout(), next.layout(), kept, shards));
    }

    private void end(boolean finished) {
        mode = Mode.ENDED;
        effects.add(new Finish(new Outcome(checkpoints.newestDigest(), finished)));
    }

    private void await(Mode waiting, RunEffect... requests) {
        mode = waiting;
        progressed = true;
        ready.clear();
        outstanding = List.of(requests);
        effects.addAll(outstanding);
    }

    private Stamp stamp() {
        return position.stamp(terms.epoch);
    }

    private Rates rates() {
        return Schedule.rates(terms.plan, position.cursor());
    }

    private List<RunEffect> done() {
        List<RunEffect> result = List.copyOf(effects);
        effects = new ArrayList<>();
        return result;
    }
}
