package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.lease.LeasePolicy;
import io.tinyclip.actors.lease.Leasing;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.PartitionFeatures;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine that computes wrongly now and then, and says nothing of it. */
class SecondAnswersRunTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final Oracle ORACLE = Oracle.run(Fixture.setup(PLAN, 1, 1, Path.of("unused")));
    private static final List<Integer> WORKERS = List.of(0, 1, 2);

    /** One of the first worker's. */
    private static final int PARTITION = 1;

    @TempDir
    Path folder;

    private final LivingRun living = new LivingRun();
    private final AtomicInteger gradients = new AtomicInteger();

    @AfterEach
    void end() {
        living.close();
    }

    /** Tensor work of which some gradients have one bit flipped. */
    private final class Flipping extends FakeCompute {
        private final BiPredicate<Cursor, Integer> flips;

        Flipping(BiPredicate<Cursor, Integer> flips) {
            this.flips = flips;
        }

        @Override
        public Contribution gradient(Cursor cursor, int p, List<PartitionFeatures> all, List<float[]> logSumExps) {
            gradients.incrementAndGet();
            Contribution share = super.gradient(cursor, p, all, logSumExps);
            if (flips.test(cursor, p)) {
                FloatBuffer floats = share.gradient().onHost().floats();
                floats.put(70_000, Float.intBitsToFloat(Float.floatToRawIntBits(floats.get(70_000)) ^ 1 << 3));
            }
            return share;
        }
    }

    /** In the step in which just that partition is drawn: the step is taken back, and the bits are those of sound machines. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 0.6})
    void aFlippedBitInAPartitionThatIsComputedTwiceIsFoundAndTakenBack(double share) throws Exception {
        int found = firstDrawn(share);
        List<ActorRef<WorkerCommand>> workers =
                run(share, (cursor, p) -> p == PARTITION && PLAN.committedSteps(cursor) == found);
        assertEquals(new Outcome(ORACLE.digests.get(1), true), living.outcome());
        assertEquals(List.of(workers.get(0)), living.expelled());
    }

    /** It is wrong in one partition of every step: what it did before the first that is drawn is not found. */
    @Test
    void aWorkerThatIsAlwaysWrongIsExpelledInTheFirstStepThatIsDrawn() throws Exception {
        int found = firstDrawn(0.6);
        assertTrue(found > 0, "not the first step");
        List<Long> wrong = new CopyOnWriteArrayList<>();
        List<ActorRef<WorkerCommand>> workers = run(0.6, (cursor, p) -> {
            if (p == PARTITION) {
                wrong.add(PLAN.committedSteps(cursor));
            }
            return p == PARTITION;
        });
        assertTrue(living.outcome().finished());
        assertEquals(List.of(workers.get(0)), living.expelled());
        assertTrue(wrong.stream().allMatch(step -> step <= found + 1), "steps that it was wrong in: " + wrong);
    }

    @Test
    void aShareOfZeroComputesNothingTwice() throws Exception {
        run(0, (cursor, p) -> false);
        assertEquals(new Outcome(ORACLE.digests.get(1), true), living.outcome());
        assertEquals(ORACLE.losses.size() * PLAN.partitions(), gradients.get());
    }

    @Test
    void aShareOfOneComputesEverythingTwiceToTheSameBits() throws Exception {
        run(1, (cursor, p) -> false);
        assertEquals(new Outcome(ORACLE.digests.get(1), true), living.outcome());
        assertEquals(List.of(), living.expelled());
        int once = ORACLE.losses.size() * PLAN.partitions();
        assertTrue(gradients.get() > once && gradients.get() <= 2 * once, gradients + " gradients");
    }

    /** Steps committed before the first one in which the partition is computed twice. */
    private static int firstDrawn(double share) {
        Leasing leasing = new Leasing(new LeasePolicy(false, share), PLAN, false);
        Cursor cursor = PLAN.start();
        while (leasing.deal(cursor, WORKERS).seconds().stream().noneMatch(second -> second.from() == PARTITION)) {
            cursor = PLAN.next(cursor);
            assertTrue(!PLAN.phaseComplete(cursor), "it is drawn in the first phase");
        }
        return (int) PLAN.committedSteps(cursor);
    }

    /** @param flips of the first of three workers */
    private List<ActorRef<WorkerCommand>> run(double share, BiPredicate<Cursor, Integer> flips) {
        RunSetup setup = Fixture.setup(PLAN, WORKERS.size(), 2, folder);
        living.begin(setup, LivingRun.policy().with(new LeasePolicy(false, share)), step -> {});
        for (int server = 0; server < 2; server++) {
            living.join(living.server(setup));
        }
        List<ActorRef<WorkerCommand>> workers = WORKERS.stream()
                .map(number -> worker(number == 0 ? flips : (cursor, p) -> false))
                .toList();
        workers.forEach(living::joinWorker);
        return workers;
    }

    private ActorRef<WorkerCommand> worker(BiPredicate<Cursor, Integer> flips) {
        return living.worker(Fixture.setup(PLAN, 1, 1, folder, () -> new Flipping(flips)));
    }
}
