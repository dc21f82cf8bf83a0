package io.tinyclip.actors;

import io.tinyclip.actors.RunEffect.Fail;
import io.tinyclip.actors.RunEffect.FreeShards;
import io.tinyclip.actors.RunEffect.LoadShards;
import io.tinyclip.actors.RunEffect.ReleaseOrigin;
import io.tinyclip.actors.RunEffect.ReleaseServer;
import io.tinyclip.actors.RunEffect.SendReduce;
import io.tinyclip.actors.RunEffect.SendStep;
import io.tinyclip.inherit.Kept;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Rates;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Where a run is, and how it gets from one {@link RunMode} to the next. Which facts lead there, {@link RunState} says. */
final class RunCourse {
    /** Servers that others load from. */
    private record Move(List<Integer> sources, List<Part> parts) {}

    private final RunRules rules;
    private final RunPlan plan;
    private final Route route;
    private final RunMembers members;
    private final RunCheckpoints checkpoints;
    private final StepTimes times;
    private RunMode mode = RunMode.RECALLING;
    private long epoch;
    private Optional<RunOrigin> origin = Optional.empty();
    private Optional<Move> moving = Optional.empty();
    private boolean begun;
    private Position position;
    private Position next;
    private ShardMap map = ShardMap.NONE;
    private StepUnderWay step;
    private Optional<Dispute> dispute = Optional.empty();
    private final TreeMap<Integer, Published> ready = new TreeMap<>();
    private Optional<Cursor> told = Optional.empty();
    private OptionalLong committedNanos = OptionalLong.empty();
    private long nowNanos;
    private boolean stopping;
    private final RunOutbox effects = new RunOutbox();

    RunCourse(RunRules rules, Position start, RunMembers members) {
        this.rules = rules;
        this.plan = rules.plan();
        this.route = new Route(rules);
        this.members = members;
        this.position = start;
        this.next = start;
        this.checkpoints = new RunCheckpoints(plan, rules.checkpointSteps());
        this.times = new StepTimes(rules.policy().deadline());
        this.step = new StepUnderWay(plan.partitions(), 0);
    }

    void time(long now) {
        nowNanos = now;
    }

    boolean is(RunMode asked) {
        return mode == asked;
    }

    RunMode mode() {
        return mode;
    }

    long epoch() {
        return epoch;
    }

    Position position() {
        return position;
    }

    Stamp stamp() {
        return position.stamp(epoch);
    }

    ShardMap map() {
        return map;
    }

    StepUnderWay step() {
        return step;
    }

    StepTimes times() {
        return times;
    }

    RunCheckpoints checkpoints() {
        return checkpoints;
    }

    Optional<Dispute> dispute() {
        return dispute;
    }

    /** Whether the shards are as this stamp says, and its step is computed. */
    boolean stepping(Stamp stamp) {
        return mode == RunMode.STEPPING && stamp.equals(stamp());
    }

    void dispute(Optional<Dispute> now) {
        dispute = now;
    }

    /** The run goes on from there, in the epoch that it says. */
    void goOnFrom(RunOrigin found) {
        epoch = found.epoch();
        origin = Optional.of(found);
        position = found.position();
        next = position;
        checkpoints.goOnFrom(position, found.digest());
        await(RunMode.WAITING);
        loadIfEnough();
    }

    void loadIfEnough() {
        List<Integer> servers = members.stayingServers();
        boolean enough = begun
                ? !servers.isEmpty()
                : servers.size() >= rules.servers() && members.workers().size() >= rules.workers();
        if (mode == RunMode.WAITING && stopping) {
            end(false);
        } else if (mode == RunMode.WAITING && enough) {
            begun = true;
            load(origin.map(RunOrigin::parts).orElseThrow());
        }
    }

    private void load(List<Part> parts) {
        next = position;
        map = ShardMap.of(members.holdingServers());
        await(RunMode.LOADING, new LoadShards(stamp(), position.layout(), map.servers(), parts));
    }

    /** Everybody goes back to the newest checkpoint. @param mostSteps beyond which checkpoints are in doubt */
    void goBack(OptionalLong mostSteps) {
        checkpoints.abandon();
        releaseOrigin();
        told = mostSteps.isPresent() ? Optional.empty() : told;
        moving = Optional.empty();
        map = ShardMap.NONE;
        epoch++;
        await(RunMode.RECALLING, new RunEffect.Recall(epoch, mostSteps));
    }

    /** The vector as it is goes to the servers that stay; those that have it publish it until the next step. */
    void move() {
        Move from = moving.orElseGet(() -> new Move(map.servers(), Part.of(position.layout(), map.published())));
        moving = Optional.of(from);
        if (!checkpoints.written()) {
            checkpoints.abandon();
        }
        epoch++;
        load(from.parts);
    }

    boolean movesFrom(int server) {
        return moving.filter(it -> it.sources.contains(server)).isPresent();
    }

    boolean moves() {
        return moving.isPresent();
    }

    /** @return whether this was awaited */
    boolean ready(Stamp stamp, int shard, Published published) {
        boolean awaited = mode == RunMode.LOADING || mode == RunMode.COMMITTING || mode == RunMode.GATHERING;
        if (!awaited || !stamp.equals(next.stamp(epoch)) || ready.putIfAbsent(shard, published) != null) {
            return false;
        }
        if (ready.size() == map.size()) {
            allReady();
        }
        return true;
    }

    private void allReady() {
        if (mode == RunMode.COMMITTING) {
            committed();
        } else if (mode == RunMode.LOADING && moving.isPresent()) {
            moving.get().sources.stream().filter(members::isLeaving).forEach(it -> effects.add(new ReleaseServer(it)));
            moving = Optional.empty();
        } else if (mode == RunMode.LOADING) {
            committedNanos = OptionalLong.of(nowNanos);
            releaseOrigin();
            effects.add(new RunEffect.TellStarted(position));
        }
        position = next;
        map = map.with(ready.values());
        proceed();
    }

    private void releaseOrigin() {
        origin.ifPresent(it -> effects.add(new ReleaseOrigin(it)));
        origin = Optional.empty();
    }

    private void committed() {
        StepTally.Totals totals = step.tally().totals(plan.optimizer());
        double seconds = (nowNanos - committedNanos.orElse(nowNanos)) * 1e-9;
        committedNanos = OptionalLong.of(nowNanos);
        times.add(nowNanos - step.sinceNanos());
        members.stepCommitted(step.holders());
        effects.add(new RunEffect.TellStep(totals.told(position.cursor(), rates(), seconds)));
    }

    /** From rest to whatever is next. Shards move to another layout or server only when no checkpoint is under way. */
    void proceed() {
        boolean stageComplete = route.stageComplete(position);
        List<Integer> staying = members.stayingServers();
        boolean resting = stopping || stageComplete || staying.isEmpty();
        boolean changing = route.phaseComplete(position)
                || route.layoutNext(position)
                || !map.servers().equals(staying);
        boolean needed = checkpoints.needed(position, resting);
        boolean waits = checkpoints.underWay() && needed;
        if (needed && !waits) {
            effects.add(checkpoints.begin(stamp(), position, map.published()));
        }
        if (waits || checkpoints.underWay() && (resting || changing)) {
            await(RunMode.SEALING);
        } else if (stopping) {
            end(false);
        } else if (staying.isEmpty()) {
            map.servers().forEach(server -> effects.add(new ReleaseServer(server)));
            goBack(OptionalLong.empty());
        } else if (!map.servers().equals(staying)) {
            move();
        } else {
            goOn(stageComplete);
        }
    }

    private void goOn(boolean stageComplete) {
        if (stageComplete && told.filter(position.cursor()::equals).isPresent()) {
            leaveStage();
        } else if (stageComplete) {
            await(RunMode.TELLING);
            effects.add(tellStage());
        } else if (route.layoutNext(position)) {
            gather(route.entered(position, position.cursor()), route.units(position.cursor()));
        } else if (route.phaseComplete(position)) {
            double keep = plan.stages().get(position.cursor().stage()).keep();
            int server = map.serverWithMasks(position.layout());
            await(RunMode.CUTTING, new RunEffect.AskCut(stamp(), server, keep, position.widthMap()));
        } else {
            beginStep();
        }
    }

    private RunEffect tellStage() {
        return new RunEffect.TellStage(stamp(), position, checkpoints.newestDigest(), map.published());
    }

    /** The listener could not be told; it is when somebody reminds. */
    void tellStageLater() {
        effects.repeatOnly(tellStage());
    }

    /** After the listener has heard of the stage, whatever happens to the servers meanwhile. */
    void stageIsTold() {
        told = Optional.of(position.cursor());
    }

    boolean isLastStage() {
        return route.lastStage(position);
    }

    void leaveStage() {
        if (route.lastStage(position)) {
            end(true);
        } else {
            gather(route.entered(position, route.nextStage(position)), route.units(route.nextStage(position)));
        }
    }

    /** The cut is decided. */
    void cut(Coordinator.CutDecided decided) {
        gather(route.cut(position, decided), Optional.of(decided.kept()));
    }

    private void gather(Position target, Optional<Kept> kept) {
        next = target;
        await(
                RunMode.GATHERING,
                new RunEffect.SendGather(stamp(), next.stamp(epoch), position.layout(), next.layout(), kept, map));
    }

    private void beginStep() {
        step = new StepUnderWay(plan.partitions(), map.size());
        List<Integer> workers = members.eligible();
        if (workers.isEmpty()) {
            grant(List.of(new Lease(StepUnderWay.NOBODY, 0, plan.partitions())));
        } else {
            grant(disputeOfThisStep()
                    .map(it -> it.leases(plan.partitions(), workers))
                    .orElseGet(() -> Lease.cut(0, plan.partitions(), workers)));
        }
    }

    /** Gives the leases of some workers to others, in the same step. */
    void leaseAgain(Predicate<Integer> gone, List<Integer> others) {
        Optional<Dispute> asked = disputeOfThisStep();
        grant(step.without(
                gone, others, lease -> asked.filter(it -> it.asks(lease)).isPresent()));
    }

    private void grant(List<Lease> granted) {
        step.grant(granted, nowNanos);
        List<RunEffect> requests = new ArrayList<>();
        requests.add(new SendReduce(stamp(), map.servers(), rates().sparsityTarget()));
        requests.add(new SendStep(
                stamp(),
                step.attempt(),
                position.layout(),
                step.givenLeases(),
                members.workersBut(step.holders()),
                map,
                disputeOfThisStep().map(Dispute::question)));
        List<Integer> unneeded = members.serversBut(map.servers());
        if (!unneeded.isEmpty()) {
            requests.add(new FreeShards(stamp(), unneeded));
        }
        await(RunMode.STEPPING, requests.toArray(RunEffect[]::new));
    }

    Optional<Dispute> disputeOfThisStep() {
        return dispute.filter(it -> it.steps() == plan.committedSteps(position.cursor()));
    }

    /** A shard may not change what a checkpoint is still being fetched from: then the commit waits. */
    void commitIfComplete() {
        boolean complete = mode == RunMode.STEPPING && step.tally().complete();
        if (!complete || !checkpoints.written() || disputeOfThisStep().isPresent()) {
            return;
        }
        StepTally.Totals totals = step.tally().totals(plan.optimizer());
        next = route.committed(position, !totals.skip());
        ShardState.Order order = new ShardState.Order(
                stamp(), next.stamp(epoch), totals.clipScale(), rates(), next.count(), totals.skip());
        await(RunMode.COMMITTING, new RunEffect.SendCommit(order, map.servers()));
    }

    void stop() {
        stopping = true;
        if (mode == RunMode.TELLING || mode == RunMode.WAITING || mode == RunMode.RECALLING && begun) {
            end(false);
        }
    }

    /** Whether something waits for the end of the step. */
    boolean wantsToRest() {
        return stopping || !map.servers().equals(members.stayingServers());
    }

    private void end(boolean finished) {
        mode = RunMode.ENDED;
        effects.add(new RunEffect.Finish(new Outcome(checkpoints.newestDigest(), finished)));
    }

    void fail(String reason) {
        if (mode != RunMode.ENDED) {
            mode = RunMode.ENDED;
            effects.add(new Fail(reason));
        }
    }

    private void await(RunMode waiting, RunEffect... requests) {
        mode = waiting;
        ready.clear();
        effects.await(List.of(requests));
    }

    /** Repeats what is not answered, if nothing has moved since it was last asked to. */
    void remind() {
        if (mode != RunMode.ENDED) {
            effects.remind(checkpoints.open());
        }
    }

    private Rates rates() {
        return Schedule.rates(plan, position.cursor());
    }

    RunOutbox effects() {
        return effects;
    }
}
