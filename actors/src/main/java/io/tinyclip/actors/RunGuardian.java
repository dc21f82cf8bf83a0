package io.tinyclip.actors;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import com.typesafe.config.Config;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.LocalDataPlane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The root of an embedded run's actors: starts them, and ends with the first that fails. */
final class RunGuardian extends AbstractBehavior<RunGuardian.Command> {
    sealed interface Command extends NoSerializationVerificationNeeded {}

    record Stop() implements Command {}

    record KillWorker(int worker) implements Command {}

    private record Ended(Outcome outcome) implements Command {}

    /**
     * What an embedded run works with.
     *
     * @param planes makes the data planes, one an actor; empty where all share one of this JVM
     * @param compute where tensor work runs
     * @param listening where the listener is called
     * @param outcome is completed by the end of the run, however it ends
     */
    record Surroundings(
            RunSetup setup,
            RunListener listener,
            Optional<Supplier<DataPlane>> planes,
            Executor compute,
            Executor listening,
            CompletableFuture<Outcome> outcome) {}

    private final Surroundings surroundings;
    private final ActorRef<Coordinator.Command> coordinator;
    private final List<ActorRef<Worker.Command>> workers = new ArrayList<>();

    private RunGuardian(ActorContext<Command> context, Surroundings surroundings) {
        super(context);
        this.surroundings = surroundings;
        RunSetup setup = surroundings.setup();
        ActorRef<Command> self = context.getSelf();
        Executor arithmetic = executor("tinyclip.actors.arithmetic-dispatcher");
        Executor files = executor("tinyclip.actors.file-dispatcher");
        DataPlane shared = new LocalDataPlane(arithmetic);
        Supplier<DataPlane> planes = surroundings.planes().orElse(() -> shared);
        this.coordinator = context.spawn(
                Coordinator.create(new CoordinatorSurroundings(
                        setup,
                        planes.get(),
                        files,
                        policy(),
                        remindAfter(),
                        surroundings.listener(),
                        surroundings.listening(),
                        (worker, reason) -> context.getLog().warn(reason),
                        outcome -> self.tell(new Ended(outcome)))),
                "coordinator");
        context.watch(coordinator);
        for (int i = 0; i < setup.servers(); i++) {
            ShardSurroundings shards = new ShardSurroundings(setup.plan(), setup.start(), planes.get(), arithmetic);
            ActorRef<ParameterServer.Command> server = context.spawn(ParameterServer.create(shards), "server-" + i);
            context.watch(server);
            coordinator.tell(new Coordinator.ServerJoined(server));
        }
        for (int i = 0; i < setup.workers(); i++) {
            Worker.Surroundings work = new Worker.Surroundings(
                    setup.plan(), planes.get(), setup.compute(), surroundings.compute(), arithmetic);
            ActorRef<Worker.Command> worker = context.spawn(Worker.create(work), "worker-" + i);
            context.watch(worker);
            workers.add(worker);
            coordinator.tell(new Coordinator.WorkerJoined(worker));
        }
    }

    static Behavior<Command> create(Surroundings surroundings) {
        return Behaviors.setup(context -> new RunGuardian(context, surroundings));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Stop.class, this::onStop)
                .onMessage(KillWorker.class, this::onKillWorker)
                .onMessage(Ended.class, this::onEnded)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(Terminated.class, terminated -> this)
                .build();
    }

    private Behavior<Command> onStop(Stop stop) {
        coordinator.tell(new Coordinator.Stop());
        return this;
    }

    private Behavior<Command> onKillWorker(KillWorker kill) {
        getContext().stop(workers.get(kill.worker));
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        surroundings.outcome().complete(ended.outcome);
        return Behaviors.stopped();
    }

    private Behavior<Command> onChildFailed(ChildFailed failed) {
        surroundings.outcome().completeExceptionally(failed.getCause());
        return Behaviors.stopped();
    }

    private Executor executor(String dispatcher) {
        return getContext().getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher));
    }

    private RunPolicy policy() {
        return new RunPolicy(false, false, RunPolicy.Deadline.of(config()));
    }

    private Duration remindAfter() {
        return config().getDuration("tinyclip.actors.remind-after");
    }

    private Config config() {
        return getContext().getSystem().settings().config();
    }
}
