package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunDescription;
import io.tinyclip.plan.RunPlan;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real actors that come, leave and die while a run is under way: its bits are those of an undisturbed one. */
class ElasticRunTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final Oracle ORACLE = Oracle.run(Fixture.setup(PLAN, 1, 1, Path.of("unused")));

    @TempDir
    Path folder;

    private final LivingRun living = new LivingRun();
    private final TestProbe<Coordinator.Released> released = living.kit().createTestProbe();

    @AfterEach
    void end() {
        living.close();
    }

    @Test
    void serversAndWorkersThatComeAndLeaveChangeNothing() throws Exception {
        ActorRef<ServerCommand> first = server();
        ActorRef<WorkerCommand> worker = worker();
        Recorder told = run(2, 2, step -> {
            if (step == 1 || step == 6) {
                join(server());
                joinWorker(worker());
            }
            if (step == 3) {
                living.tell(new Coordinator.ServerLeaving(first, released.getRef()));
                living.tell(new Coordinator.WorkerLeaving(worker, released.getRef()));
            }
        });
        begin(first, worker);
        join(server());
        joinWorker(worker());
        assertEquals(new Outcome(ORACLE.digests.get(1), true), living.outcome());
        assertEquals(ORACLE.losses, told.losses(), "no step came again");
        released.expectMessageClass(Coordinator.Released.class);
        released.expectMessageClass(Coordinator.Released.class);
    }

    @Test
    void goesBackToTheCheckpointAndOnWhenServersDie() throws Exception {
        ActorRef<ServerCommand> first = server();
        Recorder told = run(1, 2, step -> {
            if (step == 5) {
                living.kit().stop(first);
            }
        });
        begin(first, worker());
        join(server());
        assertEquals(new Outcome(ORACLE.digests.get(1), true), living.outcome());
        assertEquals(2, told.starts.size());
        assertTrue(PLAN.committedSteps(told.starts.get(1)) >= 4, "a checkpoint every second step");
    }

    @Test
    void waitsForAServerAndAWorkerWhenAllAreGone() throws Exception {
        ActorRef<ServerCommand> first = server();
        ActorRef<WorkerCommand> worker = worker();
        run(1, 1, step -> {
            if (step == 2) {
                living.kit().stop(first);
                living.kit().stop(worker);
                join(server());
                joinWorker(worker());
            }
        });
        begin(first, worker);
        assertEquals(new Outcome(ORACLE.digests.get(1), true), living.outcome());
    }

    @Test
    void describesTheRun() throws Exception {
        TestProbe<Coordinator.Description> described = living.kit().createTestProbe();
        CompletableFuture<RunDescription> answer = new CompletableFuture<>();
        run(1, 1, step -> {
            if (step == 2) {
                living.tell(new Coordinator.Describe(described.getRef()));
                answer.complete(described.receiveMessage().run());
            }
        });
        begin(server(), worker());
        RunDescription description = answer.get(60, TimeUnit.SECONDS);
        assertEquals(1, description.servers().size());
        assertTrue(description.servers().get(0).name().startsWith("akka://"), description.toString());
        living.outcome();
    }

    private Recorder run(int workers, int servers, IntConsumer committed) {
        return living.begin(setup(workers, servers), LivingRun.policy(), committed);
    }

    private RunSetup setup(int workers, int servers) {
        return Fixture.setup(PLAN, workers, servers, folder);
    }

    private void begin(ActorRef<ServerCommand> server, ActorRef<WorkerCommand> worker) {
        join(server);
        joinWorker(worker);
    }

    private void join(ActorRef<ServerCommand> server) {
        living.join(server);
    }

    private void joinWorker(ActorRef<WorkerCommand> worker) {
        living.joinWorker(worker);
    }

    private ActorRef<ServerCommand> server() {
        return living.server(setup(1, 1));
    }

    private ActorRef<WorkerCommand> worker() {
        return living.worker(setup(1, 1));
    }
}
