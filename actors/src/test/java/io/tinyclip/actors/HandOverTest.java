package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.member.AdmissionTest;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.checkpoint.Journal;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.step.PartitionFeatures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that is to end, with another candidate beside it and without. */
class HandOverTest {
    private static final long SECONDS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(SECONDS);
    private static final Set<MemberRole> BOTH = Set.of(MemberRole.WORKER, MemberRole.SERVER);
    private static final RunPlan PLAN = Fixture.compress();
    private static final int STEPS = 12;
    private static final RunTerms.Belonging BELONGING = new RunTerms.Belonging("build-1", "one");

    @TempDir
    Path folder;

    private final CountDownLatch thaw = new CountDownLatch(1);
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final CompletableFuture<LedRun> leading = new CompletableFuture<>();
    private final CompletableFuture<String> leaves = new CompletableFuture<>();
    private final FakeHost host = new FakeHost();
    private List<Machine> machines = List.of();

    @AfterEach
    void end() {
        thaw.countDown();
        Machine.end(machines);
    }

    @Test
    void theNextCandidateGoesOnWithTheNextStepAndMachinesKeepWhatTheyHave() throws Exception {
        machines = Machine.cluster(3);
        Recorder first = new AskedAfterThreeSteps();
        leading.complete(lead(0, first));
        standBy();
        ClusterNode node = lend();
        assertInstanceOf(LedRun.HandedOverException.class, failureOf(leading.join()));
        assertEquals(machines.get(0).address(), get(leaves));
        Recorder second = new Recorder();
        LedRun next = lead(1, second);
        Oracle oracle = Oracle.run(Fixture.setup(PLAN, 1, 1, folder));
        assertEquals(new Outcome(oracle.digests.get(1), true), get(next.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(node.end()).kind());
        assertEquals(STEPS, first.steps() + second.steps(), "a step was lost, or done twice");
        assertEquals(1, host.asked.size(), "the machine prepared anew");
    }

    @Test
    void aStepThatTakesTooLongIsLeftToTheNextCandidate() throws Exception {
        machines = Machine.cluster(3, "tinyclip.actors.leave-within = 2s");
        host.compute = () -> new FakeCompute() {
            @Override
            public PartitionFeatures features(Cursor cursor, int partition) {
                if (cursor.step() == 3) {
                    leading.join().stop();
                    awaitThaw();
                }
                return super.features(cursor, partition);
            }
        };
        Recorder first = new Recorder();
        leading.complete(lead(0, first));
        standBy();
        ClusterNode node = lend();
        assertInstanceOf(LedRun.HandedOverException.class, failureOf(leading.join()));
        assertEquals(3, first.steps());
        thaw.countDown();
        LedRun next = lead(1, new Recorder());
        Oracle oracle = Oracle.run(Fixture.setup(PLAN, 1, 1, folder));
        assertEquals(new Outcome(oracle.digests.get(1), true), get(next.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(node.end()).kind());
    }

    @Test
    void aLeaderWhoseDiskIsFrozenHandsOverAndTheNextOneGoesOnFromTheCheckpointBefore() throws Exception {
        machines = Machine.cluster(3, "tinyclip.actors { disk-patience = 2s, lease-deadline.least = 2s }");
        Recorder first = new Recorder();
        LedRun frozen = lead(0, first, new FrozenAtStep(4));
        standBy();
        ClusterNode node = lend();
        assertInstanceOf(LedRun.HandedOverException.class, failureOf(frozen));
        assertEquals(machines.get(0).address(), get(leaves));
        Recorder second = new Recorder();
        LedRun next = lead(1, second);
        Oracle oracle = Oracle.run(Fixture.setup(PLAN, 1, 1, folder));
        assertEquals(new Outcome(oracle.digests.get(1), true), get(next.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(node.end()).kind());
    }

    @Test
    void withoutAnotherCandidateTheRunStopsWithACheckpoint() throws Exception {
        machines = Machine.cluster(3);
        Recorder first = new AskedAfterThreeSteps();
        leading.complete(lead(0, first));
        ClusterNode node = lend();
        assertFalse(get(leading.join().outcome()).finished());
        Recorder second = new Recorder();
        LedRun next = lead(1, second);
        assertTrue(get(next.outcome()).finished());
        assertEquals(NodeEnd.Kind.FINISHED, get(node.end()).kind());
        assertEquals(STEPS, first.steps() + second.steps(), "a step was lost, or done twice");
        assertTrue(said.contains("the run was stopped; waiting for it to go on"), said.toString());
    }

    /** As the process of a candidate does; the leader knows of it once this returns. */
    private void standBy() throws Exception {
        CuttingPlane plane = new CuttingPlane(machines.get(1).plane());
        ClusterNode.standBy(
                machines.get(1).system(),
                new ClusterNode.Stall(
                        BELONGING,
                        AdmissionTest.terms(Numerics.STRICT).decisive(),
                        plane,
                        leader -> {},
                        leaves::complete));
        get(plane.holding());
        StatusQuestion.answeredBy(machines.get(0).system(), BELONGING.cluster());
        long end = System.nanoTime() + PATIENCE.toNanos();
        ClusterStatus status = status();
        while (status.members().stream().noneMatch(it -> it.state() == ClusterStatus.State.STANDING_BY)) {
            assertTrue(System.nanoTime() < end, status.toString());
            status = status();
        }
    }

    private ClusterStatus status() throws Exception {
        Machine leader = machines.get(0);
        return get(StatusQuestion.ask(leader.system(), leader.address(), PATIENCE));
    }

    private LedRun lead(int machine, RunListener listener) {
        return lead(machine, listener, Journal.NONE);
    }

    private LedRun lead(int machine, RunListener listener, Journal journal) {
        Machine at = machines.get(machine);
        return LedRun.start(
                at.system(),
                new LeadSetup(
                        setup(journal),
                        at.plane(),
                        listener,
                        AdmissionTest.terms(Numerics.STRICT),
                        new DeafListener()));
    }

    private RunSetup setup(Journal journal) {
        RunSetup all = Fixture.setup(PLAN, 1, 1, folder);
        return new RunSetup(
                PLAN,
                all.start(),
                all.tokenRows(),
                all.startVector(),
                all.manualUnits(),
                all.workers(),
                all.servers(),
                all.threads(),
                all.compute(),
                new CheckpointStore(folder, journal),
                all.checkpointSteps());
    }

    private ClusterNode lend() {
        return ClusterNode.lend(
                machines.get(2).system(),
                new ClusterNode.Loan(BELONGING, BOTH, host, machines.get(2).plane(), PATIENCE, said::add));
    }

    private static Throwable failureOf(LedRun run) {
        return assertThrows(ExecutionException.class, () -> get(run.outcome())).getCause();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    /** The process that leads gets a signal. */
    private final class AskedAfterThreeSteps extends Recorder {
        @Override
        public void stepCommitted(StepCommitted step) {
            super.stepCommitted(step);
            if (steps() == 3) {
                leading.join().stop();
            }
        }
    }

    /** A disk on which a checkpoint never gets durable. */
    private final class FrozenAtStep implements Journal {
        private final long step;

        FrozenAtStep(long step) {
            this.step = step;
        }

        @Override
        public long term() {
            return 0;
        }

        @Override
        public void claimed(long term) {}

        @Override
        public void newest(long steps) {
            if (steps >= step) {
                awaitThaw();
            }
        }
    }

    private void awaitThaw() {
        try {
            assertTrue(thaw.await(SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
