package io.tinyclip.actors;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import com.typesafe.config.Config;
import io.tinyclip.numeric.Numerics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The root of a led run's actors on the leading machine: ends with the first that fails. */
final class LeadGuardian extends AbstractBehavior<LeadGuardian.Command> {
    sealed interface Command extends NoSerializationVerificationNeeded {}

    record Stop() implements Command {}

    private record Ended(Outcome outcome) implements Command {}

    /** The term that the coordinator will claim. Where two claim at a time, the one that is too late ends. */
    private record Leads(long term) implements Command {}

    private record Expelled(ActorRef<Worker.Command> worker, String reason) implements Command {}

    private record Failed(Throwable failure) implements Command {}

    private static final String FILES = "tinyclip.actors.file-dispatcher";

    private final LedRun.Lead lead;
    private final Executor listening;
    private final CompletableFuture<Outcome> outcome;
    private boolean stopping;
    private Optional<ActorRef<Coordinator.Command>> coordinator = Optional.empty();
    private Optional<ActorRef<Registrar.Command>> registrar = Optional.empty();

    private LeadGuardian(
            ActorContext<Command> context, LedRun.Lead lead, Executor listening, CompletableFuture<Outcome> outcome) {
        super(context);
        this.lead = lead;
        this.outcome = outcome;
        this.listening = listening;
        context.pipeToSelf(
                CompletableFuture.supplyAsync(
                        () -> lead.setup().checkpoints().terms().newest(), executor(FILES)),
                (newest, failure) -> failure == null ? new Leads(newest + 1) : new Failed(failure));
    }

    static Behavior<Command> create(LedRun.Lead lead, Executor listening, CompletableFuture<Outcome> outcome) {
        return Behaviors.setup(context -> new LeadGuardian(context, lead, listening, outcome));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Stop.class, this::onStop)
                .onMessage(Leads.class, this::onLeads)
                .onMessage(Failed.class, this::onFailed)
                .onMessage(Expelled.class, this::onExpelled)
                .onMessage(Ended.class, this::onEnded)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(Terminated.class, terminated -> this)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> onStop(Stop stop) {
        stopping = true;
        coordinator.ifPresent(running -> running.tell(new Coordinator.Stop()));
        return this;
    }

    private Behavior<Command> onLeads(Leads leads) {
        ActorRef<Coordinator.Command> started = getContext().spawn(Coordinator.create(coordinating()), "coordinator");
        getContext().watch(started);
        coordinator = Optional.of(started);
        if (stopping) {
            started.tell(new Coordinator.Stop());
        }
        Registrar.Surroundings surroundings = new Registrar.Surroundings(
                lead.terms(), leads.term, lead.setup().plan(), lead.plane(), started, lead.membership());
        ActorRef<Registrar.Command> taking = getContext().spawn(Registrar.create(surroundings), "registrar");
        getContext().watch(taking);
        registrar = Optional.of(taking);
        return this;
    }

    private CoordinatorSurroundings coordinating() {
        ActorRef<Command> self = getContext().getSelf();
        return new CoordinatorSurroundings(
                lead.setup(),
                lead.plane(),
                executor(FILES),
                policy(),
                remindAfter(),
                lead.listener(),
                listening,
                (worker, reason) -> self.tell(new Expelled(worker, reason)),
                ended -> self.tell(new Ended(ended)));
    }

    private Behavior<Command> onFailed(Failed failed) {
        outcome.completeExceptionally(FailedWork.unwrapped(failed.failure));
        return Behaviors.stopped();
    }

    private Behavior<Command> onExpelled(Expelled expelled) {
        registrar.ifPresent(ref -> ref.tell(new Registrar.Expel(expelled.worker, expelled.reason)));
        return this;
    }

    /** The registrar lives on, and tells every machine until this one ends. */
    private Behavior<Command> onEnded(Ended ended) {
        registrar.ifPresent(ref -> ref.tell(new Registrar.Over(ended.outcome.finished())));
        coordinator.ifPresent(getContext()::stop);
        outcome.complete(ended.outcome);
        return this;
    }

    private Behavior<Command> onChildFailed(ChildFailed failed) {
        outcome.completeExceptionally(FailedWork.unwrapped(failed.getCause()));
        return Behaviors.stopped();
    }

    /** The machine was cut off, or the actor system ended for another reason. */
    private Behavior<Command> onPostStop() {
        outcome.completeExceptionally(new IllegalStateException(
                "this coordinator was cut off from the others and leads no more; start it again and it stands by"));
        return this;
    }

    private Executor executor(String dispatcher) {
        return getContext().getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher));
    }

    private RunPolicy policy() {
        boolean relaxed = lead.terms().admits() == Numerics.RELAXED;
        return new RunPolicy(true, relaxed, RunPolicy.Deadline.of(config()));
    }

    private Duration remindAfter() {
        return config().getDuration("tinyclip.actors.remind-after");
    }

    private Config config() {
        return getContext().getSystem().settings().config();
    }
}
