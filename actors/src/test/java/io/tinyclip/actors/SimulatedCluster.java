package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.inherit.WidthMap;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A whole run without actors, clock or engine: the three state classes over a network that a seed decides about. */
final class SimulatedCluster {
    private static final RunPlan PLAN = Fixture.compress();
    private static final int MOST_EVENTS = 200_000;
    private static final int MOST_MEMBERS = 5;
    private static final int MOST_WORKERS = Integer.getInteger("simulation.workers", MOST_MEMBERS);

    /** What survives when every process dies. */
    record Durable(Position position, Optional<String> digest) {
        static Durable start() {
            WidthMap widths = WidthMap.identity(Fixture.SHAPE.text().width());
            return new Durable(new Position(PLAN.start(), Samples.UNMASKED, 0, widths, 0), Optional.empty());
        }
    }

    private final Random random;
    private final SimulatedNetwork network;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final List<SimulatedShard> shards = new ArrayList<>();
    private final RunState run;
    private Durable durable;
    private Optional<Cursor> committed = Optional.empty();
    private Optional<Outcome> outcome = Optional.empty();

    SimulatedCluster(Random random, Durable from) {
        this.random = random;
        this.durable = from;
        double[] shares = {0, 0.02, 0.2};
        this.network = new SimulatedNetwork(
                random, new SimulatedNetwork.Faults(shares[random.nextInt(3)], shares[random.nextInt(3)]));
        int servers = 1 + random.nextInt(MOST_MEMBERS);
        IntStream.range(0, servers).forEach(i -> shards.add(new SimulatedShard(this, network, i, PLAN.partitions())));
        int living = 1 + random.nextInt(MOST_WORKERS);
        IntStream.range(0, living).forEach(i -> addWorker());
        RunState.Terms terms = new RunState.Terms(PLAN, 1, servers, 1 + random.nextInt(4));
        this.run = new RunState(terms, IntStream.range(0, living).boxed().toList(), from.position(), from.digest());
    }

    /** Lives on until the run has ended, or a fault has killed every process. */
    Durable live() {
        int death = chance(0.5) ? random.nextInt(5_000) : Integer.MAX_VALUE;
        run.begin().forEach(this::perform);
        for (int event = 0; outcome.isEmpty() && event < death; event++) {
            assertTrue(event < MOST_EVENTS, "the run does not end");
            assertTrue(!network.idle() || network.losesMessages(), "nothing was lost, but nothing goes on");
            if (network.idle() || network.losesMessages() && chance(0.002)) {
                run.remind().forEach(this::perform);
            } else {
                network.step();
            }
            disturb();
            checkVersions();
        }
        return durable;
    }

    Optional<Outcome> outcome() {
        return outcome;
    }

    String history() {
        return network.history();
    }

    boolean chance(double share) {
        return random.nextDouble() < share;
    }

    SimulatedWorker worker(int number) {
        return workers.get(number);
    }

    /** A message to the coordinator. */
    void tell(String what, Function<RunState, List<RunEffect>> fact) {
        network.send(what, () -> outcome.isEmpty(), () -> fact.apply(run).forEach(this::perform));
    }

    void toShards(String what, Consumer<SimulatedShard> message) {
        shards.forEach(shard -> network.send(what, () -> true, () -> message.accept(shard)));
    }

    boolean everyShardReduced(Stamp stamp) {
        return shards.stream().allMatch(shard -> shard.reduced(stamp));
    }

    private int addWorker() {
        workers.add(new SimulatedWorker(this, network, workers.size(), PLAN.partitions()));
        return workers.size() - 1;
    }

    private void disturb() {
        List<SimulatedWorker> living =
                workers.stream().filter(SimulatedWorker::alive).toList();
        if (living.size() > 1 && chance(0.0005)) {
            SimulatedWorker victim = living.get(random.nextInt(living.size()));
            victim.die();
            int number = workers.indexOf(victim);
            network.work(
                    "lost " + number, () -> true, () -> run.workerLost(number).forEach(this::perform));
        }
        if (chance(0.0005)) {
            run.workerJoined(addWorker());
        }
        if (chance(0.00005)) {
            run.stop().forEach(this::perform);
        }
    }

    /** Shards are at one version, or on the way from it to the next. */
    private void checkVersions() {
        List<Stamp> versions =
                shards.stream().flatMap(shard -> shard.at().stream()).distinct().toList();
        assertTrue(versions.size() <= 2, () -> "shards are at " + versions);
    }

    private void perform(RunEffect effect) {
        if (effect instanceof RunEffect.LoadShards load) {
            toShards("load", shard -> shard.onLoad(load.stamp()));
        } else if (effect instanceof RunEffect.SendReduce reduce) {
            toShards("reduce", shard -> shard.onReduce(reduce));
        } else if (effect instanceof RunEffect.SendStep step) {
            send(step);
        } else if (effect instanceof RunEffect.SendCommit commit) {
            toShards("commit", shard -> shard.onCommit(commit.order()));
        } else if (effect instanceof RunEffect.AskCut cut) {
            SimulatedShard shard = shards.get(cut.shard());
            network.send("ask for the cut", () -> true, () -> shard.onDecide(cut.stamp()));
        } else if (effect instanceof RunEffect.SendGather gather) {
            toShards("gather", shard -> shard.onGather(gather));
        } else if (effect instanceof RunEffect.WriteCheckpoint write) {
            network.work("write", () -> true, () -> {
                write.shards()
                        .forEach(shard -> assertEquals(
                                Optional.of(write.stamp().key()), network.fetch(shard.second()), "another version"));
                CheckpointFiles files = new CheckpointFiles(write.position().digestLine(), List.of());
                run.checkpointWritten(write.stamp(), files).forEach(this::perform);
            });
        } else if (effect instanceof RunEffect.SealCheckpoint seal) {
            network.work("seal", () -> true, () -> {
                durable =
                        new Durable(seal.position(), Optional.of(seal.written().digest()));
                run.checkpointSealed(seal.stamp()).forEach(this::perform);
            });
        } else {
            tell(effect);
        }
    }

    private void tell(RunEffect effect) {
        if (effect instanceof RunEffect.TellStep step) {
            assertEquals(28 + PLAN.partitions() * 0.5, step.step().loss(), "each partition's loss counts once");
            long before = committed
                    .map(PLAN::committedSteps)
                    .orElseGet(() -> PLAN.committedSteps(step.step().cursor()) - 1);
            assertEquals(before + 1, PLAN.committedSteps(step.step().cursor()), "steps come in order, each once");
            committed = Optional.of(step.step().cursor());
        } else if (effect instanceof RunEffect.TellStage stage) {
            network.work(
                    "stage told", () -> true, () -> run.stageTold(stage.stamp()).forEach(this::perform));
        } else if (effect instanceof RunEffect.Finish finish) {
            outcome = Optional.of(finish.outcome());
        } else if (effect instanceof RunEffect.Fail fail) {
            throw new AssertionError("the run failed: " + fail.reason());
        }
    }

    private void send(RunEffect.SendStep step) {
        String leases = step.leases().stream().map(Lease::toString).collect(Collectors.joining());
        step.leases().stream()
                .map(Lease::worker)
                .distinct()
                .map(workers::get)
                .forEach(worker -> network.send(
                        "step " + step.attempt() + " " + leases, worker::alive, () -> worker.onStep(step)));
    }
}
