package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.UnhandledMessage;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.lead.LeadTools;
import io.tinyclip.actors.lead.RunDisk;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.shard.ParameterServer;
import io.tinyclip.actors.shard.ShardTools;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.actors.wire.WireMessages;
import io.tinyclip.actors.worker.Worker;
import io.tinyclip.plan.RunPlan;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every message, in any order and any number of times, finds a handler and breaks no actor. What is fetched and computed
 * for an actor ends when the seed says. Over the seeds each actor gets as far as to everything that it ever says.
 */
class ActorProtocolTest {
    private static final int SEEDS = 8;
    private static final int ROUNDS = 5;
    private static final int FIRST_EPOCH = 2; // after that of the samples, which are late then
    private static final int LAST_EPOCH = 5;
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final RunPlan PLAN = Fixture.compress();

    @TempDir
    Path folder;

    private final TestProbe<UnhandledMessage> unhandled = KIT.createUnhandledMessageProbe();
    private final LocalDataPlane plane = new LocalDataPlane(Runnable::run);
    private final TestInbox<CoordinatorCommand> coordinator = TestInbox.create();
    private final TestInbox<ServerCommand> server = TestInbox.create();
    private final TestInbox<WorkerCommand> worker = TestInbox.create();
    private final Samples samples = new Samples(coordinator::getRef);
    private final FittingCommands fitting =
            new FittingCommands(plane, coordinator.getRef(), server.getRef(), worker.getRef());
    private final List<Runnable> elsewhere = new CopyOnWriteArrayList<>();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void aWorkerTakesEveryCommandAndSaysAllThatWorkersSay() {
        Worker.WorkerTools tools =
                new Worker.WorkerTools(PLAN, plane, FakeCompute::new, elsewhere::add, elsewhere::add);
        for (long seed = 1; seed <= SEEDS; seed++) {
            Fed<WorkerCommand> fed = new Fed<>(Worker.create(tools), seed, this::isThere);
            for (int epoch = FIRST_EPOCH; epoch <= LAST_EPOCH; epoch++) {
                fed.feed(
                        sorts(WorkerCommand.class, Worker.class),
                        fitting.toWorker(fed.actor, epoch),
                        samples.of(WorkerCommand.class));
            }
            fed.end();
        }
        Set<String> said = kinds(Stream.of(coordinator, server, worker).flatMap(it -> it.getAllReceived().stream()));
        assertEquals(
                Set.of(
                        "WorkerHere",
                        "PartitionReached",
                        "PartitionDone",
                        "QuestionAnswered",
                        "Refused",
                        "SubtreeReady",
                        "FeaturesReady",
                        "LogSumExpsReady"),
                said);
    }

    @Test
    void aParameterServerTakesEveryCommandAndGivesEveryReply() {
        ShardTools tools = new ShardTools(PLAN, Fixture.SHAPE, plane, elsewhere::add);
        Set<String> said = new TreeSet<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Fed<ServerCommand> fed = new Fed<>(ParameterServer.create(tools), seed, this::refuses);
            for (int epoch = FIRST_EPOCH; epoch <= LAST_EPOCH; epoch++) {
                fed.feed(
                        sorts(ServerCommand.class, ParameterServer.class),
                        fitting.toServer(epoch),
                        samples.of(ServerCommand.class));
            }
            fed.end();
        }
        coordinator
                .getAllReceived()
                .forEach(reply -> said.add(
                        reply instanceof CoordinatorCommand.ShardReady ready
                                ? "ShardReady " + ready.stamp().cursor().phase() + " "
                                        + ready.stamp().cursor().step()
                                : reply.getClass().getSimpleName()));
        assertEquals(
                Set.of(
                        "ShardReady INHERIT 2",
                        "ShardReady INHERIT 3",
                        "ShardReady DISTILL 0",
                        "Reduced",
                        "CutDecided",
                        "Holds",
                        "CopyFilled",
                        "CopyReady",
                        "CopyGone",
                        "Disputed",
                        "Refused"),
                said,
                "loaded, committed, gathered, and whatever else it is asked");
    }

    @Test
    void aCoordinatorTakesEveryCommandAndBeginsARunOrEndsIt() {
        Set<String> got = new TreeSet<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            List<Outcome> ended = new CopyOnWriteArrayList<>();
            LeadTools tools = new LeadTools(
                    Fixture.setup(PLAN, 1, 1, folder),
                    plane,
                    elsewhere::add,
                    new RunDisk(Duration.ofMinutes(1), () -> {}),
                    new RunPolicy(true, false, new RunPolicy.Deadline(3, Duration.ofMillis(100)), Duration.ZERO),
                    Duration.ofMillis(1),
                    new Recorder(),
                    elsewhere::add,
                    (member, reason) -> {},
                    (server, reason) -> {},
                    ended::add);
            Fed<CoordinatorCommand> fed = new Fed<>(Coordinator.create(tools), seed, this::describes);
            fed.feed(sorts(CoordinatorCommand.class, Coordinator.class), toCoordinator(), List.of());
            fed.end();
            assertTrue(ended.size() <= 1, "it ends once");
            ended.forEach(outcome -> assertEquals(new Outcome("", false), outcome, "stopped before it began"));
            got.add(ended.isEmpty() ? doing : "ended");
        }
        assertEquals(Set.of("loading", "ended"), got, "it begins where both came before it was stopped");
    }

    private String doing = "";

    /** A worker says that it is there whenever it hears of a step. */
    private void isThere(ActorRef<WorkerCommand> actor) {
        TestProbe<CoordinatorCommand> asking = KIT.createTestProbe();
        Stamp old = new Stamp(0, PLAN.start(), Samples.UNMASKED.hash());
        actor.tell(new WorkerCommand.Step(
                old, 0, 2, Samples.UNMASKED, List.of(), List.of(), Optional.empty(), asking.getRef()));
        asking.expectMessageClass(CoordinatorCommand.WorkerHere.class);
    }

    /** A server refuses what is of an epoch before the first. */
    private void refuses(ActorRef<ServerCommand> actor) {
        TestProbe<CoordinatorCommand> asking = KIT.createTestProbe();
        actor.tell(new ServerCommand.Reduce(
                new Stamp(0, PLAN.start(), Samples.MASKED.hash()),
                0,
                new LeaseTable(0, List.of()),
                Optional.empty(),
                asking.getRef()));
        asking.expectMessageClass(Refused.class);
    }

    private void describes(ActorRef<CoordinatorCommand> actor) {
        TestProbe<Coordinator.Description> asking = KIT.createTestProbe();
        actor.tell(new Coordinator.Describe(asking.getRef()));
        doing = asking.receiveMessage().run().doing();
    }

    private List<CoordinatorCommand> toCoordinator() {
        Samples alive = new Samples(() -> KIT.createTestProbe().getRef());
        List<CoordinatorCommand> commands = new ArrayList<>(alive.of(CoordinatorCommand.class));
        ActorRef<Coordinator.Released> hearing =
                KIT.<Coordinator.Released>createTestProbe().getRef();
        commands.add(new Coordinator.WorkerLeaving(worker.getRef(), hearing));
        commands.add(new Coordinator.ServerLeaving(server.getRef(), hearing));
        // Of machines that never joined: the ends of the others are the simulation's.
        commands.add(
                new Coordinator.WorkerGone(KIT.<WorkerCommand>createTestProbe().getRef()));
        commands.add(
                new Coordinator.ServerGone(KIT.<ServerCommand>createTestProbe().getRef()));
        commands.add(new Coordinator.Opened(
                worker.getRef(), KIT.<CoordinatorCommand>createTestProbe().getRef()));
        commands.add(new Coordinator.Describe(
                KIT.<Coordinator.Description>createTestProbe().getRef()));
        return commands;
    }

    private static Set<String> kinds(Stream<?> said) {
        return said.map(it -> it.getClass().getSimpleName()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** All that may be sent to an actor from outside: what it tells itself is private to it. */
    private static Set<Class<?>> sorts(Class<?> command, Class<?> actor) {
        Stream<Class<?>> fromItsProcess = Stream.of(actor.getDeclaredClasses())
                .filter(type -> type.isRecord() && command.isAssignableFrom(type))
                .filter(type -> !Modifier.isPrivate(type.getModifiers()));
        return Stream.concat(WireMessages.travelling(command), fromItsProcess).collect(Collectors.toSet());
    }

    /** An actor under test, in an order that a seed decides. It has done with a command before the next is sent. */
    private final class Fed<T> {
        private final ActorRef<T> actor;
        private final long seed;
        private final Random random;
        private final Consumer<ActorRef<T>> asking;

        /** @param asking gets an answer, whatever state the actor is in */
        Fed(Behavior<T> behavior, long seed, Consumer<ActorRef<T>> asking) {
            this.actor = KIT.spawn(behavior);
            this.seed = seed;
            this.random = new Random(seed);
            this.asking = asking;
        }

        /**
         * @param sorts that there are
         * @param fitting of one version; the first of them comes first
         * @param others of an older version
         */
        void feed(Set<Class<?>> sorts, List<T> fitting, List<T> others) {
            List<T> all = Stream.concat(fitting.stream(), others.stream()).toList();
            assertEquals(
                    sorts,
                    all.stream().map(Object::getClass).collect(Collectors.toSet()),
                    "every permitted subclass is fed");
            List<T> shuffled = new ArrayList<>(others);
            for (int i = 0; i < ROUNDS; i++) {
                shuffled.addAll(fitting);
            }
            Collections.shuffle(shuffled, random);
            shuffled.add(0, fitting.get(0));
            for (T next : shuffled) {
                actor.tell(next);
                ask();
                while (!elsewhere.isEmpty() && random.nextBoolean()) {
                    endSomething();
                }
            }
        }

        private void endSomething() {
            elsewhere.remove(random.nextInt(elsewhere.size())).run();
            ask();
        }

        private void ask() {
            try {
                asking.accept(actor);
            } catch (AssertionError silence) {
                throw new AssertionError("the actor died; seed " + seed, silence);
            }
        }

        void end() {
            while (!elsewhere.isEmpty()) {
                endSomething();
            }
            unhandled.expectNoMessage(Duration.ofMillis(20));
            KIT.stop(actor);
            elsewhere.clear();
        }
    }
}
