package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.bounds.Reign;
import io.tinyclip.actors.bounds.Rejections;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.worker.StepClock;
import io.tinyclip.actors.worker.Worker;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.PartitionFeatures;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers of several speeds, and workers that have nothing to do: the bits are those of a run with one worker. */
class SpeedLeasesTest {
    private static final RunPlan PLAN = Fixture.compress();

    @TempDir
    Path folder;

    private final LivingRun living = new LivingRun();

    @AfterEach
    void end() {
        living.close();
    }

    /** Tensor work whose gradients take as long as its worker's own clock says, and which tells when it computes one. */
    private static final class Paced extends FakeCompute {
        private final AtomicLong clock;
        private final long nanos;
        private final Consumer<Cursor> told;

        Paced(AtomicLong clock, long nanos, Consumer<Cursor> told) {
            this.clock = clock;
            this.nanos = nanos;
            this.told = told;
        }

        @Override
        public Contribution gradient(Cursor cursor, int p, List<PartitionFeatures> all, List<float[]> logSumExps) {
            clock.addAndGet(nanos);
            told.accept(cursor);
            return super.gradient(cursor, p, all, logSumExps);
        }
    }

    @Test
    void leasesFollowTheSpeedsOfWorkersAndTheBitsDoNot() throws Exception {
        Recorder told = run(PLAN, 2);
        AtomicLong slow = new AtomicLong();
        living.joinWorker(worker(PLAN, 3_000_000, cursor -> slow.incrementAndGet()));
        living.joinWorker(worker(PLAN, 1_000_000, cursor -> {}));
        Oracle oracle = Oracle.run(Fixture.setup(PLAN, 1, 1, folder));
        assertEquals(new Outcome(oracle.digests.get(1), true), living.outcome());
        assertEquals(oracle.losses, told.losses());
        long half = 5 * PLAN.partitions() / 2;
        long quarter = (told.steps() - 5) * PLAN.partitions() / 4;
        assertEquals(half + quarter, slow.get(), "a half of five steps, then a quarter");
    }

    /** One partition, so that the second worker has nothing to do until the first one dies in a gradient. */
    @Test
    void aSpareTakesOverInTheStepInWhichAWorkerDies() throws Exception {
        RunPlan plan = Fixture.inOnePartition();
        CompletableFuture<ActorRef<WorkerCommand>> first = new CompletableFuture<>();
        Recorder told = run(plan, 2);
        first.complete(worker(plan, 1, cursor -> {
            if (plan.committedSteps(cursor) == 3) {
                living.kit().stop(first.join());
            }
        }));
        living.joinWorker(first.join());
        List<Long> spare = new CopyOnWriteArrayList<>();
        living.joinWorker(worker(plan, 1, cursor -> spare.add(plan.committedSteps(cursor))));
        Oracle oracle = Oracle.run(Fixture.setup(plan, 1, 1, folder));
        assertEquals(new Outcome(oracle.digests.get(0), true), living.outcome());
        assertEquals(oracle.losses, told.losses(), "no step came again");
        assertEquals(List.of(3L, 4L, 5L), spare, "from the step on in which the other one died");
        assertEquals(1, told.starts.size(), "nobody went back");
    }

    private Recorder run(RunPlan plan, int workers) {
        RunSetup setup = Fixture.setup(plan, workers, 1, folder.resolve("run"));
        RunPolicy policy = RunPolicy.of(living.kit().system().settings().config(), true, false);
        Recorder told = living.begin(setup, policy, step -> {});
        living.join(living.server(setup));
        return told;
    }

    /** @param nanos of each gradient, by the worker's own clock */
    private ActorRef<WorkerCommand> worker(RunPlan plan, long nanos, Consumer<Cursor> told) {
        AtomicLong now = new AtomicLong();
        StepClock clock = new StepClock(now::get);
        Worker.WorkerTools tools = new Worker.WorkerTools(
                plan,
                living.plane(),
                () -> new Paced(now, nanos, told),
                clock.measured(living.threads()),
                living.threads());
        return living.kit().spawn(Worker.create(tools, clock, Reign.any(), new Rejections()));
    }
}
