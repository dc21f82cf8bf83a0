package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.UnhandledMessage;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.plan.RunPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every message, in any order and any number of times, finds a handler and breaks no actor. */
class ActorProtocolTest {
    private static final int ROUNDS = 5;
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final RunPlan PLAN = Fixture.compress();

    @TempDir
    Path folder;

    private final TestProbe<UnhandledMessage> unhandled = KIT.createUnhandledMessageProbe();
    private final LocalDataPlane plane = new LocalDataPlane(Runnable::run);
    private final Samples samples = new Samples(() -> KIT.createTestProbe().getRef());

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aWorkerTakesEveryCommand(long seed) {
        Worker.Surroundings surroundings =
                new Worker.Surroundings(PLAN, plane, FakeCompute::new, Runnable::run, Runnable::run);
        feed(Worker.create(surroundings), samples.of(Worker.Command.class), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aParameterServerTakesEveryCommand(long seed) {
        RunSetup setup = Fixture.setup(PLAN, 1, 1, folder);
        ShardSurroundings surroundings = new ShardSurroundings(PLAN, setup.start(), plane, Runnable::run);
        List<ParameterServer.Command> withoutLoads = samples.of(ParameterServer.Command.class).stream()
                .filter(command -> !(command instanceof ParameterServer.Load))
                .toList();
        feed(ParameterServer.create(surroundings), withoutLoads, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aCoordinatorTakesEveryCommand(long seed) {
        List<Outcome> ended = new CopyOnWriteArrayList<>();
        CoordinatorSurroundings surroundings = new CoordinatorSurroundings(
                Fixture.setup(PLAN, 1, 1, folder),
                plane,
                Runnable::run,
                new RunPolicy(false, false, new RunPolicy.Deadline(3, Duration.ofMillis(100))),
                Duration.ofMillis(1),
                new Recorder(),
                Runnable::run,
                (worker, reason) -> {},
                ended::add);
        feed(Coordinator.create(surroundings), samples.of(Coordinator.Command.class), seed);
        assertTrue(ended.stream().allMatch(new Outcome("", false)::equals), "stopped before it began, at most");
        assertTrue(ended.size() <= 1, "it ends once");
    }

    private <T> void feed(Behavior<T> behavior, List<T> commands, long seed) {
        ActorRef<T> actor = KIT.spawn(behavior);
        Random random = new Random(seed);
        List<T> shuffled = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            shuffled.addAll(commands);
        }
        Collections.shuffle(shuffled, random);
        shuffled.forEach(actor::tell);
        unhandled.expectNoMessage(Duration.ofMillis(100));
        TestProbe<Void> watching = KIT.createTestProbe();
        assertTrue(alive(watching, actor), "the actor died; seed " + seed);
        KIT.stop(actor);
    }

    private static <T> boolean alive(TestProbe<Void> probe, ActorRef<T> actor) {
        try {
            probe.expectTerminated(actor, Duration.ofMillis(100));
            return false;
        } catch (AssertionError stillThere) {
            return true;
        }
    }
}
