package io.tinyclip.actors.lead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.HandDrivenPlane;
import io.tinyclip.actors.Recorder;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.run.RunState;
import io.tinyclip.actors.task.AfterWork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the coordinator fetches from a server that is gone keeps nobody waiting. */
class DoomedFetchesTest {
    private static final String SHARD = "shard/";

    @TempDir
    Path folder;

    private final HandDrivenPlane plane = new HandDrivenPlane();

    @Test
    void whatTakesACheckpointsPlaceDoesNotWaitForItsTransfers() {
        LeadTools tools = tools();
        CheckpointWriter writer =
                new CheckpointWriter(tools, tools.setup().checkpoints().terms().take());
        Position position = tools.setup().startPosition();
        var written =
                writer.write(new RunEffect.WriteCheckpoint(position.stamp(1), position, List.of(shard(position))));
        assertEquals(3, plane.underWay(SHARD).size(), "weights and both moments");
        var found = writer.afterwards(0, () -> "an origin");
        assertEquals(List.of(), plane.underWay(SHARD));
        assertTrue(written.toCompletableFuture().join().isEmpty());
        assertEquals("an origin", found.toCompletableFuture().getNow("nothing yet"));
        writer.write(new RunEffect.WriteCheckpoint(position.stamp(2), position, List.of(shard(position))));
        assertEquals(3, plane.underWay(SHARD).size(), "the next one is fetched");
    }

    @Test
    void aStageThatCannotBeToldAnyMoreIsNotWaitedFor() {
        ActorTestKit kit = ActorTestKit.create();
        try {
            TestProbe<CompletionStage<?>> telling = kit.createTestProbe();
            LeadTools tools = tools();
            Position position = tools.setup().startPosition();
            Stamp stamp = position.stamp(1);
            Hands.Later later = new Hands.Later() {
                @Override
                public <T> void tell(CompletionStage<T> work, Function<T, Function<RunState, List<RunEffect>>> fact) {
                    telling.getRef().tell(work);
                }
            };
            kit.spawn(Behaviors.<CoordinatorCommand>setup(context -> {
                Hands hands = new Hands(
                        tools, context, later, new AfterWork<>(context, then -> new CoordinatorCommand.Stop()));
                hands.tellStage(new RunEffect.TellStage(stamp, position, "digest", List.of(shard(position))));
                assertEquals(1, plane.underWay(SHARD).size());
                hands.serverLost();
                return Behaviors.empty();
            }));
            CompletionStage<?> told = telling.receiveMessage();
            assertFalse((Boolean)
                    told.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join());
            assertEquals(List.of(), plane.underWay(SHARD));
        } finally {
            kit.shutdownTestKit();
        }
    }

    private LeadTools tools() {
        return new LeadTools(
                Fixture.setup(Fixture.compress(), 1, 1, folder),
                plane,
                Runnable::run,
                new RunDisk(Duration.ofMinutes(1), () -> {}),
                new RunPolicy(true, false, new RunPolicy.Deadline(3, Duration.ofSeconds(20)), Duration.ZERO),
                Duration.ofSeconds(10),
                new Recorder(),
                Runnable::run,
                (member, reason) -> {},
                (server, reason) -> {},
                ended -> {});
    }

    private Published shard(Position position) {
        Handle handle = plane.publish(
                SHARD + position.layout().hash(), new float[position.layout().size()]);
        return new Published(handle, handle, handle, handle);
    }
}
