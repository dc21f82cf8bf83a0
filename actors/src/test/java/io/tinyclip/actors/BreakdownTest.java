package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.Props;
import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.member.AdmissionTest;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.model.InvalidInputException;
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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that cannot go on: by themselves, or as nobody can. */
class BreakdownTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final RunTerms TERMS = AdmissionTest.terms(Numerics.STRICT);
    private static final RunTerms.Belonging BELONGING = TERMS.belonging();
    private static final RunPlan PLAN = Fixture.compress();
    private static final String DAMAGED = "picture [cat] of tar [x.tar] cannot be decoded; replace it or leave it out";

    @TempDir
    Path folder;

    private List<Machine> machines = List.of();
    private final Heard heard = new Heard();

    @AfterEach
    void end() {
        Machine.end(machines);
    }

    @Test
    void aPictureThatNobodyCanDecodeEndsTheRunInOneLineForAll() throws Exception {
        machines = Machine.cluster(4);
        var standsBy = ClusterNode.standBy(
                machines.get(3).system(),
                new ClusterNode.Stall(
                        BELONGING, TERMS.decisive(), machines.get(3).plane(), leader -> {}, leader -> {}));
        LedRun run = lead(Fixture.setup(PLAN, 1, 1, folder));
        ClusterNode server = lend(1, MemberRole.SERVER, new FakeHost());
        FakeHost damaged = new FakeHost();
        damaged.compute = () -> failing(new InvalidInputException(DAMAGED));
        ClusterNode worker = lend(2, MemberRole.WORKER, damaged);
        Throwable failure = failure(run.outcome());
        assertInstanceOf(InvalidInputException.class, failure, "the code of bad data");
        assertEquals(DAMAGED + " (found by [" + machines.get(2).address() + "])", failure.getMessage());
        assertEquals(List.of(new Breakdown(Breakdown.Cause.DATA, DAMAGED)), heard.broken);
        assertEquals(DAMAGED, failure(worker.end()).getMessage());
        for (NodeEnd other : List.of(get(server.end()), get(standsBy))) {
            assertEquals(NodeEnd.Kind.FAILED, other.kind());
            assertEquals("the run cannot go on: " + failure.getMessage(), other.line());
        }
    }

    @Test
    void aMachineThatCannotGoOnEndsAloneAndTheLeaderSaysWhoAndWhy() throws Exception {
        machines = Machine.cluster(3);
        machines.forEach(machine -> StatusQuestion.answeredBy(machine.system(), "one"));
        RunSetup setup = Fixture.setup(PLAN, 2, 1, folder);
        LedRun run = lead(setup);
        OutOfMemoryError full = new OutOfMemoryError("Java heap space");
        FakeHost small = new FakeHost();
        small.compute = () -> failing(full);
        ClusterNode breaks = lend(2, MemberRole.WORKER, small);
        ClusterNode stays = ClusterNode.lend(
                machines.get(1).system(), loan(1, Set.of(MemberRole.WORKER, MemberRole.SERVER), new FakeHost()));
        assertSame(full, failure(breaks.end()));
        Breakdown said = new Breakdown(Breakdown.Cause.MACHINE, "OutOfMemoryError: Java heap space");
        assertEquals(List.of(said), heard.broken);
        ClusterStatus status =
                get(StatusQuestion.ask(machines.get(0).system(), machines.get(0).address(), PATIENCE));
        assertEquals(
                List.of(new ClusterStatus.Broken(
                        Set.of(MemberRole.WORKER), machines.get(2).address(), said)),
                status.broken());
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(stays.end()).kind());
    }

    /** The coordinator is at work when it is stopped, and whom it wants to tell something is gone. */
    @Test
    void whoComesAfterTheEndIsToldOfItThoughTheCoordinatorHasFailedMeanwhile() throws Exception {
        machines = Machine.cluster(3);
        AtomicBoolean begun = new AtomicBoolean();
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Machine leader = machines.get(0);
        RunSetup setup = Fixture.setup(PLAN, 1, 1, folder);
        leader.system()
                .systemActorOf(
                        LeadGuardian.create(
                                new LeadSetup(setup, leader.plane(), new Recorder(), TERMS, heard),
                                told -> {
                                    if (begun.get()) {
                                        awaited(over);
                                        throw new RejectedExecutionException("nobody listens any more");
                                    }
                                    told.run();
                                },
                                outcome),
                        "run",
                        Props.empty());
        FakeHost damaged = new FakeHost();
        damaged.compute = () -> new FakeCompute() {
            @Override
            public PartitionFeatures features(Cursor cursor, int partition) {
                begun.set(true);
                throw new InvalidInputException(DAMAGED);
            }
        };
        ClusterNode.lend(machines.get(1).system(), loan(1, Set.of(MemberRole.WORKER, MemberRole.SERVER), damaged));
        assertInstanceOf(InvalidInputException.class, failure(outcome));
        over.countDown();
        NodeEnd late = get(lend(2, MemberRole.WORKER, new FakeHost()).end());
        assertEquals(NodeEnd.Kind.FAILED, late.kind());
        assertTrue(late.line().contains(DAMAGED), late.line());
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertTrue(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tensor work that fails as soon as it is asked for features. */
    private static FakeCompute failing(Throwable failure) {
        return new FakeCompute() {
            @Override
            public PartitionFeatures features(Cursor cursor, int partition) {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failure;
            }
        };
    }

    private LedRun lead(RunSetup setup) {
        return LedRun.start(
                machines.get(0).system(), new LeadSetup(setup, machines.get(0).plane(), new Recorder(), TERMS, heard));
    }

    private ClusterNode lend(int machine, MemberRole role, FakeHost host) {
        return ClusterNode.lend(machines.get(machine).system(), loan(machine, Set.of(role), host));
    }

    private ClusterNode.Loan loan(int machine, Set<MemberRole> roles, FakeHost host) {
        return new ClusterNode.Loan(
                BELONGING, roles, host, machines.get(machine).plane(), PATIENCE, line -> {});
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletionStage<?> stage) {
        Throwable cause =
                assertThrows(ExecutionException.class, () -> get(stage)).getCause();
        assertTrue(cause != null);
        return cause;
    }

    private static final class Heard extends DeafListener {
        final List<Breakdown> broken = new CopyOnWriteArrayList<>();

        @Override
        public void broken(Set<MemberRole> roles, String address, Breakdown breakdown) {
            broken.add(breakdown);
        }
    }
}
