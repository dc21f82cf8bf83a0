package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.lead.LeadTools;
import io.tinyclip.actors.lead.RunDisk;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.shard.ParameterServer;
import io.tinyclip.actors.shard.ShardTools;
import io.tinyclip.actors.worker.Worker;
import io.tinyclip.plan.RunPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real actors that answer, and whose work does not end. */
class HangsTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final long SECONDS = 60;

    @TempDir
    Path folder;

    private final ActorTestKit kit = ActorTestKit.create(
            ConfigFactory.load().getConfig("tinyclip.embedded").withFallback(ConfigFactory.load()));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService listening = Executors.newSingleThreadExecutor();
    private final LocalDataPlane plane = new LocalDataPlane(threads);
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<ActorRef<ServerCommand>> hung = new CompletableFuture<>();
    private volatile boolean hangs;

    @AfterEach
    void end() {
        kit.shutdownTestKit();
        threads.shutdownNow();
        listening.shutdownNow();
    }

    @Test
    void theRunGoesOnWithoutAServerWhoseArithmeticNeverReturns() throws Exception {
        Recorder told = new Recorder() {
            @Override
            public void stepCommitted(StepCommitted step) {
                super.stepCommitted(step);
                hangs = hangs || steps() == 5;
            }
        };
        RunPolicy.Deadline deadline = new RunPolicy.Deadline(3, Duration.ofSeconds(2));
        ActorRef<CoordinatorCommand> coordinator = kit.spawn(Coordinator.create(new LeadTools(
                Fixture.setup(PLAN, 1, 2, folder),
                plane,
                threads,
                new RunDisk(Duration.ofMinutes(1), () -> {}),
                new RunPolicy(true, false, deadline, Duration.ZERO),
                Duration.ofSeconds(1),
                told,
                listening,
                (worker, reason) -> {},
                (server, reason) -> hung.complete(server),
                outcome::complete)));
        ActorRef<ServerCommand> sound = server(threads);
        ActorRef<ServerCommand> hanging = server(work -> {
            if (!hangs) {
                threads.execute(work);
            }
        });
        coordinator.tell(new CoordinatorCommand.ServerJoined(hanging));
        coordinator.tell(new CoordinatorCommand.ServerJoined(sound));
        coordinator.tell(new CoordinatorCommand.WorkerJoined(
                kit.spawn(Worker.create(new Worker.WorkerTools(PLAN, plane, FakeCompute::new, threads, threads)))));
        assertEquals(hanging, hung.get(SECONDS, TimeUnit.SECONDS));
        Oracle oracle = Oracle.run(Fixture.setup(PLAN, 1, 1, folder));
        assertEquals(new Outcome(oracle.digests.get(1), true), outcome.get(SECONDS, TimeUnit.SECONDS));
    }

    private ActorRef<ServerCommand> server(Executor arithmetic) {
        return kit.spawn(ParameterServer.create(new ShardTools(PLAN, Fixture.SHAPE, plane, arithmetic)));
    }
}
