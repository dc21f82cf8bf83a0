package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.member.AdmissionTest;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.member.MembershipListener;
import io.tinyclip.actors.member.NodeHost;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.plan.RunPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines find a run, prove that they belong, work, and go. */
class MembershipTest {
    private static final long SECONDS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(SECONDS);
    private static final Set<MemberRole> BOTH = Set.of(MemberRole.WORKER, MemberRole.SERVER);
    private static final RunPlan PLAN = Fixture.compress();

    @TempDir
    Path folder;

    private List<Machine> machines = List.of();
    private final Joined joined = new Joined();
    private final List<String> said = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        Machine.end(machines);
    }

    @Test
    void machinesThatJoinRunToTheOraclesBits() throws Exception {
        machines = Machine.cluster(3);
        RunSetup setup = Fixture.setup(PLAN, 2, 1, folder);
        LedRun run = lead(setup, new Recorder());
        ClusterNode first = lend(1, BOTH, new FakeHost());
        ClusterNode second = lend(2, Set.of(MemberRole.WORKER), new FakeHost());
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(first.end()).kind());
        assertEquals(NodeEnd.Kind.FINISHED, get(second.end()).kind());
        assertEquals(List.of(), joined.refused);
    }

    @Test
    void aMachineThatComesLateOrLeavesChangesNoBit() throws Exception {
        machines = Machine.cluster(3);
        RunSetup setup = Fixture.setup(PLAN, 1, 1, folder);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        LedRun run = lead(setup, new Holding(begun, goOn));
        ClusterNode stays = lend(1, BOTH, new FakeHost());
        assertTrue(begun.await(SECONDS, TimeUnit.SECONDS));
        ClusterNode leaves = lend(2, Set.of(MemberRole.WORKER), new FakeHost());
        assertTrue(joined.second.await(SECONDS, TimeUnit.SECONDS));
        leaves.leave();
        assertEquals(NodeEnd.Kind.LEFT, get(leaves.end()).kind());
        goOn.countDown();
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(stays.end()).kind());
    }

    @Test
    void aMachineThatMayNotTakePartEndsWithTheReason() throws Exception {
        machines = Machine.cluster(3);
        lead(Fixture.setup(PLAN, 9, 9, folder), new Recorder());
        FakeHost other = new FakeHost();
        other.dataHash = "other";
        NodeEnd end = get(lend(1, BOTH, other).end());
        assertEquals(NodeEnd.Kind.REFUSED, end.kind());
        assertTrue(end.line().contains("[other]"), end.line());
        NodeEnd stranger = get(ClusterNode.lend(
                        machines.get(2).system(),
                        new ClusterNode.Loan(
                                new RunTerms.Belonging("build-2", "one"),
                                BOTH,
                                new FakeHost(),
                                machines.get(2).plane(),
                                PATIENCE,
                                said::add))
                .end());
        assertEquals(NodeEnd.Kind.REFUSED, stranger.kind());
        assertTrue(stranger.line().contains("build-2"), stranger.line());
        assertEquals(2, joined.refused.size());
    }

    @Test
    void theFirstWorkerSetsTheClassAndOneOfAnotherIsTurnedAway() throws Exception {
        machines = Machine.cluster(3);
        RunSetup setup = Fixture.setup(PLAN, 2, 1, folder);
        lead(setup, new Recorder(), AdmissionTest.begun(Numerics.STRICT));
        FakeHost gpu = new FakeHost();
        gpu.numerics = AdmissionTest.OTHER;
        lend(1, BOTH, gpu);
        assertTrue(joined.first.await(SECONDS, TimeUnit.SECONDS));
        assertEquals(List.of(AdmissionTest.OTHER), joined.computing);
        NodeEnd end = get(lend(2, Set.of(MemberRole.WORKER), new FakeHost()).end());
        assertEquals(NodeEnd.Kind.REFUSED, end.kind());
        assertTrue(
                end.line().contains(AdmissionTest.RUN.fingerprint())
                        && end.line().contains(AdmissionTest.OTHER.fingerprint()),
                end.line());
        assertEquals(List.of(AdmissionTest.OTHER), joined.computing);
    }

    @Test
    void theFirstWorkerSetsThePrecisionAlsoForOneThatPreparedBeforeForAnother() throws Exception {
        machines = Machine.cluster(3);
        RunSetup setup = Fixture.setup(PLAN, 2, 1, folder);
        LedRun run = lead(setup, new Recorder(), AdmissionTest.begun(Numerics.RELAXED));
        CountDownLatch told = new CountDownLatch(1);
        FakeHost old = new FakeHost() {
            @Override
            public Prepared prepare(Task task) {
                told.countDown();
                return uninterrupted(joined.first, () -> super.prepare(task));
            }
        };
        old.numerics = FakeHost.in(Precision.FP32, AdmissionTest.OTHER);
        ClusterNode second = lend(2, Set.of(MemberRole.WORKER), old);
        assertTrue(told.await(SECONDS, TimeUnit.SECONDS));
        FakeHost modern = new FakeHost();
        modern.numerics = FakeHost.in(Precision.BF16, AdmissionTest.RUN);
        lend(1, BOTH, modern);
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(second.end()).kind());
        assertEquals(List.of(Optional.empty()), modern.asked);
        assertEquals(List.of(Optional.empty(), Optional.of(Precision.BF16)), old.asked);
        assertEquals(List.of(modern.numerics, FakeHost.in(Precision.BF16, old.numerics)), joined.computing);
    }

    private static <T> T uninterrupted(CountDownLatch latch, Supplier<T> then) {
        try {
            assertTrue(latch.await(SECONDS, TimeUnit.SECONDS));
            return then.get();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRunEndsWhoseClassCannotBeWrittenDown() {
        machines = Machine.cluster(2);
        joined.full = true;
        Recorder recorder = new Recorder();
        LedRun run = lead(Fixture.setup(PLAN, 1, 1, folder), recorder, AdmissionTest.begun(Numerics.STRICT));
        lend(1, BOTH, new FakeHost());
        ExecutionException failure = assertThrows(ExecutionException.class, () -> get(run.outcome()));
        assertEquals("no space left", failure.getCause().getMessage());
        assertEquals(List.of(), recorder.steps);
    }

    @Test
    void aCandidateWithOtherSettingsIsTurnedAway() throws Exception {
        machines = Machine.cluster(2);
        lead(Fixture.setup(PLAN, 9, 9, folder), new Recorder());
        NodeEnd end = get(standBy(1, new TreeMap<>(Map.of("tinyclip.batch", "128"))));
        assertEquals(NodeEnd.Kind.REFUSED, end.kind());
        assertTrue(end.line().contains("tinyclip.batch [128] here"), end.line());
    }

    @Test
    void whatTheHostCannotDoReachesWhoeverStartedTheMachine() {
        machines = Machine.cluster(2);
        lead(Fixture.setup(PLAN, 9, 9, folder), new Recorder());
        NodeHost broken = task -> {
            throw new InvalidInputException("no such tar");
        };
        ClusterNode node = lend(1, BOTH, broken);
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> node.end().orTimeout(SECONDS, TimeUnit.SECONDS).join());
        assertEquals("no such tar", failure.getCause().getMessage());
        assertEquals(
                List.of(new Breakdown(Breakdown.Cause.MACHINE, "no such tar")),
                joined.broken,
                "the run is led on, and says who and why");
    }

    @Test
    void aMachineWithoutACoordinatorGivesUp() throws Exception {
        machines = Machine.cluster(1);
        ClusterNode.Loan loan = loan(0, BOTH, new FakeHost(), Duration.ofMillis(300));
        NodeEnd end = get(ClusterNode.lend(machines.get(0).system(), loan).end());
        assertEquals(NodeEnd.Kind.NO_COORDINATOR, end.kind());
    }

    @Test
    void whoeverLeadsOrStandsByToIsToldHowTheClusterIsAndNobodyElse() throws Exception {
        machines = new java.util.ArrayList<>(Machine.cluster(3));
        Machine stranger = Machine.start();
        machines.add(stranger);
        machines.forEach(machine -> StatusQuestion.answeredBy(machine.system(), "one"));
        ClusterStatus none = get(asks(machines.get(1), machines.get(1)));
        assertEquals(new ClusterStatus("one", java.util.Optional.empty(), List.of(), List.of(), 0), none);
        lead(Fixture.setup(PLAN, 9, 9, folder), new Recorder());
        standBy(2, AdmissionTest.terms(Numerics.STRICT).decisive());
        lend(1, BOTH, new FakeHost());
        ClusterStatus status = untilAllTakePart();
        assertEquals("run-1", status.run().orElseThrow().id());
        assertEquals(PLAN.committedSteps(PLAN.start(1)) + 5, status.run().get().stepsTotal());
        assertFalse(status.members().get(0).memoryBytes() == 0);
        assertEquals(java.util.Optional.of(PLAN.start()), status.run().get().cursor());
        assertEquals(
                "run-1",
                get(asks(machines.get(2), machines.get(0))).run().orElseThrow().id());
        List<CompletionStage<ClusterStatus>> unanswered =
                List.of(asks(stranger, machines.get(0)), asks(machines.get(1), machines.get(0)));
        until(known -> known.refused() == 2);
        unanswered.forEach(asked -> assertFalse(asked.toCompletableFuture().isDone()));
    }

    /** Those who lend machines and those who stand by end as well, instead of going on with it. */
    @Test
    void anOperatorEndsTheRunOnEveryMachine() throws Exception {
        machines = Machine.cluster(3);
        LedRun run = lead(Fixture.setup(PLAN, 9, 9, folder), new Recorder());
        StatusQuestion.answeredBy(machines.get(0).system(), "one");
        CompletionStage<NodeEnd> candidate =
                standBy(2, AdmissionTest.terms(Numerics.STRICT).decisive());
        ClusterNode node = lend(1, BOTH, new FakeHost());
        assertTrue(untilAllTakePart().run().isPresent());
        run.endEverywhere();
        assertFalse(get(run.outcome()).finished());
        assertEquals(NodeEnd.Kind.ENDED, get(node.end()).kind());
        assertEquals(NodeEnd.Kind.ENDED, get(candidate).kind());
    }

    private CompletionStage<NodeEnd> standBy(int machine, SortedMap<String, String> settings) {
        return ClusterNode.standBy(
                machines.get(machine).system(),
                new ClusterNode.Stall(
                        new RunTerms.Belonging("build-1", "one"),
                        settings,
                        machines.get(machine).plane(),
                        said::add,
                        said::add));
    }

    /** The leader, a node and a candidate. */
    private ClusterStatus untilAllTakePart() throws Exception {
        List<ClusterStatus.State> all =
                List.of(ClusterStatus.State.LEADING, ClusterStatus.State.ADMITTED, ClusterStatus.State.STANDING_BY);
        return until(status -> states(status).containsAll(all));
    }

    /** @return how the leader sees the cluster as soon as it is so */
    private ClusterStatus until(Predicate<ClusterStatus> wanted) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        ClusterStatus status = get(asks(machines.get(0), machines.get(0)));
        while (!wanted.test(status)) {
            assertTrue(System.nanoTime() < end, status.toString());
            status = get(asks(machines.get(0), machines.get(0)));
        }
        return status;
    }

    private CompletionStage<ClusterStatus> asks(Machine asking, Machine member) {
        return StatusQuestion.ask(asking.system(), member.address(), PATIENCE);
    }

    private static List<ClusterStatus.State> states(ClusterStatus status) {
        return status.members().stream().map(ClusterStatus.Member::state).toList();
    }

    private LedRun lead(RunSetup setup, RunListener listener) {
        return lead(setup, listener, AdmissionTest.terms(Numerics.STRICT));
    }

    private LedRun lead(RunSetup setup, RunListener listener, RunTerms terms) {
        return LedRun.start(
                machines.get(0).system(), new LeadSetup(setup, machines.get(0).plane(), listener, terms, joined));
    }

    private ClusterNode lend(int machine, Set<MemberRole> roles, NodeHost host) {
        return ClusterNode.lend(machines.get(machine).system(), loan(machine, roles, host, PATIENCE));
    }

    private ClusterNode.Loan loan(int machine, Set<MemberRole> roles, NodeHost host, Duration patience) {
        RunTerms.Belonging belonging = new RunTerms.Belonging("build-1", "one");
        return new ClusterNode.Loan(
                belonging, roles, host, machines.get(machine).plane(), patience, said::add);
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    /** Holds the run up after its first step. */
    private static final class Holding extends Recorder {
        private final CountDownLatch begun;
        private final CountDownLatch goOn;

        Holding(CountDownLatch begun, CountDownLatch goOn) {
            this.begun = begun;
            this.goOn = goOn;
        }

        @Override
        public CompletionStage<Void> stageFinished(StageFinished stage) {
            begun.countDown();
            return super.stageFinished(stage).thenRunAsync(() -> {
                try {
                    assertTrue(goOn.await(SECONDS, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private static final class Joined implements MembershipListener {
        final List<String> refused = new CopyOnWriteArrayList<>();
        final List<NumericClass> computing = new CopyOnWriteArrayList<>();
        final List<Breakdown> broken = new CopyOnWriteArrayList<>();
        volatile boolean full;
        final CountDownLatch first = new CountDownLatch(1);
        final CountDownLatch second = new CountDownLatch(2);

        @Override
        public void admitted(Set<MemberRole> roles, String address) {
            first.countDown();
            second.countDown();
        }

        @Override
        public void computes(String address, NumericClass numerics) {
            if (full) {
                throw new IllegalStateException("no space left");
            }
            computing.add(numerics);
        }

        @Override
        public void refused(String address, String reason) {
            refused.add(reason);
        }

        @Override
        public void broken(Set<MemberRole> roles, String address, Breakdown breakdown) {
            broken.add(breakdown);
        }

        @Override
        public void leaving(Set<MemberRole> roles, String address) {}

        @Override
        public void left(Set<MemberRole> roles, String address) {}
    }
}
