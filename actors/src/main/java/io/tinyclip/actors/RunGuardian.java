package io.tinyclip.actors;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.tinyclip.actors.lead.LeadTools;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.actors.shard.ParameterServer;
import io.tinyclip.actors.shard.ShardTools;
import io.tinyclip.actors.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The root of an embedded run's actors: all of them live here. */
final class RunGuardian extends Guardian<RunGuardian.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(RunGuardian.class);

    sealed interface Command extends NoSerializationVerificationNeeded {}

    record Stop() implements Command {}

    record KillWorker(int worker) implements Command {}

    private record Ended(Outcome outcome) implements Command {}

    /**
     * What an embedded run works with.
     *
     * @param planes makes the data planes, one an actor; empty where all share one of this JVM
     * @param compute where tensor work runs
     * @param files where files are read and written
     * @param listening where the listener is called
     * @param outcome is completed by the end of the run, however it ends
     */
    record EmbeddedTools(
            RunSetup setup,
            RunListener listener,
            Optional<Supplier<DataPlane>> planes,
            Executor compute,
            Executor files,
            Executor listening,
            CompletableFuture<Outcome> outcome) {}

    private final EmbeddedTools tools;
    private final ActorRef<CoordinatorCommand> coordinator;
    private final List<ActorRef<WorkerCommand>> workers = new ArrayList<>();

    private RunGuardian(ActorContext<Command> context, EmbeddedTools tools) {
        super(context, tools.outcome());
        this.tools = tools;
        RunSetup setup = tools.setup();
        ActorRef<Command> self = context.getSelf();
        Executor arithmetic = executor("tinyclip.actors.arithmetic-dispatcher");
        DataPlane shared = new LocalDataPlane(arithmetic);
        Supplier<DataPlane> planes = tools.planes().orElse(() -> shared);
        this.coordinator = startCoordinator(
                new LeadTools(
                        setup,
                        planes.get(),
                        tools.files(),
                        disk(() -> {}),
                        policy(false, false),
                        remindAfter(),
                        tools.listener(),
                        tools.listening(),
                        (worker, reason) -> LOG.warn(reason),
                        (server, reason) -> {}, // never: a run in one process has no other server to go on with
                        outcome -> self.tell(new Ended(outcome))),
                UnaryOperator.identity());
        for (int i = 0; i < setup.servers(); i++) {
            ShardTools shards = new ShardTools(setup.plan(), setup.teacher(), planes.get(), arithmetic);
            ActorRef<ServerCommand> server = context.spawn(ParameterServer.create(shards), "server-" + i);
            context.watch(server);
            coordinator.tell(new CoordinatorCommand.ServerJoined(server));
        }
        for (int i = 0; i < setup.workers(); i++) {
            Worker.WorkerTools work = new Worker.WorkerTools(
                    setup.plan(),
                    planes.get(),
                    setup.compute(),
                    setup.judging().embedder(),
                    tools.compute(),
                    arithmetic);
            ActorRef<WorkerCommand> worker = context.spawn(Worker.create(work), "worker-" + i);
            context.watch(worker);
            workers.add(worker);
            coordinator.tell(new CoordinatorCommand.WorkerJoined(worker));
        }
    }

    static Behavior<Command> create(EmbeddedTools tools) {
        return Behaviors.setup(context -> new RunGuardian(context, tools));
    }

    @Override
    public Receive<Command> createReceive() {
        return receiving()
                .onMessage(Stop.class, this::onStop)
                .onMessage(KillWorker.class, this::onKillWorker)
                .onMessage(Ended.class, this::onEnded)
                .build();
    }

    private Behavior<Command> onStop(Stop stop) {
        coordinator.tell(new CoordinatorCommand.Stop());
        return this;
    }

    private Behavior<Command> onKillWorker(KillWorker kill) {
        getContext().stop(workers.get(kill.worker));
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        end(ended.outcome);
        return Behaviors.stopped();
    }
}
