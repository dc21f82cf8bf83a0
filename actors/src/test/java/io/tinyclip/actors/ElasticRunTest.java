package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.lead.LeadTools;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunDescription;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.shard.ParameterServer;
import io.tinyclip.actors.shard.ShardTools;
import io.tinyclip.actors.worker.Worker;
import io.tinyclip.plan.RunPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.parseString("akka.actor.serialize-messages = on")
            .withFallback(ConfigFactory.load().getConfig("tinyclip.embedded"))
            .withFallback(ConfigFactory.load()));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService listening = Executors.newSingleThreadExecutor();
    private final LocalDataPlane plane = new LocalDataPlane(threads);
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<ActorRef<CoordinatorCommand>> coordinator = new CompletableFuture<>();
    private final TestProbe<Coordinator.Released> released = kit.createTestProbe();

    @AfterEach
    void end() {
        kit.shutdownTestKit();
        threads.shutdownNow();
        listening.shutdownNow();
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
                coordinator.join().tell(new Coordinator.ServerLeaving(first, released.getRef()));
                coordinator.join().tell(new Coordinator.WorkerLeaving(worker, released.getRef()));
            }
        });
        begin(first, worker);
        join(server());
        joinWorker(worker());
        assertEquals(new Outcome(ORACLE.digests.get(1), true), outcome.get(60, TimeUnit.SECONDS));
        assertEquals(ORACLE.losses, told.losses(), "no step came again");
        released.expectMessageClass(Coordinator.Released.class);
        released.expectMessageClass(Coordinator.Released.class);
    }

    @Test
    void goesBackToTheCheckpointAndOnWhenServersDie() throws Exception {
        ActorRef<ServerCommand> first = server();
        Recorder told = run(1, 2, step -> {
            if (step == 5) {
                kit.stop(first);
            }
        });
        begin(first, worker());
        join(server());
        assertEquals(new Outcome(ORACLE.digests.get(1), true), outcome.get(60, TimeUnit.SECONDS));
        assertEquals(2, told.starts.size());
        assertTrue(PLAN.committedSteps(told.starts.get(1)) >= 4, "a checkpoint every second step");
    }

    @Test
    void waitsForAServerAndAWorkerWhenAllAreGone() throws Exception {
        ActorRef<ServerCommand> first = server();
        ActorRef<WorkerCommand> worker = worker();
        run(1, 1, step -> {
            if (step == 2) {
                kit.stop(first);
                kit.stop(worker);
                join(server());
                joinWorker(worker());
            }
        });
        begin(first, worker);
        assertEquals(new Outcome(ORACLE.digests.get(1), true), outcome.get(60, TimeUnit.SECONDS));
    }

    @Test
    void describesTheRun() throws Exception {
        TestProbe<Coordinator.Description> described = kit.createTestProbe();
        CompletableFuture<RunDescription> answer = new CompletableFuture<>();
        run(1, 1, step -> {
            if (step == 2) {
                coordinator.join().tell(new Coordinator.Describe(described.getRef()));
                answer.complete(described.receiveMessage().run());
            }
        });
        begin(server(), worker());
        RunDescription description = answer.get(60, TimeUnit.SECONDS);
        assertEquals(1, description.servers().size());
        assertTrue(description.servers().get(0).name().startsWith("akka://"), description.toString());
        outcome.get(60, TimeUnit.SECONDS);
    }

    /** @param committed is called after each committed step, with how many there have been */
    private Recorder run(int workers, int servers, IntConsumer committed) {
        Recorder told = new Recorder() {
            @Override
            public void stepCommitted(StepCommitted step) {
                super.stepCommitted(step);
                committed.accept(steps());
            }
        };
        RunPolicy policy = new RunPolicy(
                true, false, new RunPolicy.Deadline(3, Duration.ofSeconds(20)), Duration.ZERO, Duration.ofDays(1));
        coordinator.complete(kit.spawn(Coordinator.create(new LeadTools(
                Fixture.setup(PLAN, workers, servers, folder),
                plane,
                threads,
                policy,
                Duration.ofSeconds(1),
                told,
                listening,
                (worker, reason) -> {},
                outcome::complete))));
        return told;
    }

    private void begin(ActorRef<ServerCommand> server, ActorRef<WorkerCommand> worker) {
        join(server);
        joinWorker(worker);
    }

    private void join(ActorRef<ServerCommand> server) {
        coordinator.join().tell(new CoordinatorCommand.ServerJoined(server));
    }

    private void joinWorker(ActorRef<WorkerCommand> worker) {
        coordinator.join().tell(new CoordinatorCommand.WorkerJoined(worker));
    }

    private ActorRef<ServerCommand> server() {
        return kit.spawn(ParameterServer.create(new ShardTools(PLAN, Fixture.SHAPE, plane, threads)));
    }

    private ActorRef<WorkerCommand> worker() {
        return kit.spawn(Worker.create(new Worker.WorkerTools(PLAN, plane, FakeCompute::new, threads, threads)));
    }
}
