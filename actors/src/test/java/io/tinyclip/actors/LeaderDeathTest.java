package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.plan.RunPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A coordinator that ends at any step, as if killed, and is followed by another one: that takes over what the servers hold, so
 * that no committed step comes again, and the bits are those of the plain loop.
 */
class LeaderDeathTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final RunPolicy POLICY = LivingRun.policy().withCopyLag(2);

    @TempDir
    Path folder;

    /** The steps of masks are 0 to 3, and checkpoints come every second step. */
    @ParameterizedTest
    @CsvSource({"0, false", "2, false", "2, true", "5, false", "5, true", "10, true"})
    void theNextOneGoesOnWhereTheServersAre(int afterStep, boolean aServerDiesAsWell) throws Exception {
        RunSetup setup = Fixture.setup(PLAN, 1, aServerDiesAsWell ? 2 : 3, folder);
        Oracle oracle = Oracle.run(setup);
        try (LivingRun living = new LivingRun()) {
            List<ActorRef<ServerCommand>> servers =
                    Stream.generate(() -> living.server(setup)).limit(3).toList();
            ActorRef<WorkerCommand> worker = living.worker(setup);
            AtomicReference<Recorder> told = new AtomicReference<>();
            CompletableFuture<Void> followed = new CompletableFuture<>();
            told.set(living.begin(setup, POLICY, step -> {
                if (step == afterStep + 1 && !followed.isDone()) {
                    followed.complete(null);
                    living.follow(setup, POLICY, told.get());
                    if (aServerDiesAsWell) {
                        living.kit().stop(servers.get(0));
                    }
                    servers.stream().skip(aServerDiesAsWell ? 1 : 0).forEach(living::join);
                    living.joinWorker(worker);
                }
            }));
            servers.forEach(living::join);
            living.joinWorker(worker);
            assertEquals(new Outcome(oracle.digests.get(1), true), living.outcome());
            assertEquals(2, told.get().starts.size());
            assertEquals(oracle.losses, told.get().losses(), "no committed step came again, and none is missing");
        }
    }
}
