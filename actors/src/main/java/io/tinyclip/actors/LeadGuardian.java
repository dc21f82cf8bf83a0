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
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The root of a led run's actors on the leading machine: ends with the first that fails. */
final class LeadGuardian extends AbstractBehavior<LeadGuardian.Command> {
    sealed interface Command extends NoSerializationVerificationNeeded {}

    record Stop() implements Command {}

    private record Ended(Outcome outcome) implements Command {}

    private record Committed(RunListener.StepCommitted step) implements Command {}

    private record Leads(long term) implements Command {}

    private final LedRun.Lead lead;
    private final CompletableFuture<Outcome> outcome;
    private final ActorRef<Coordinator.Command> coordinator;
    private Optional<ActorRef<Registrar.Command>> registrar = Optional.empty();

    private LeadGuardian(
            ActorContext<Command> context, LedRun.Lead lead, Executor listening, CompletableFuture<Outcome> outcome) {
        super(context);
        this.lead = lead;
        this.outcome = outcome;
        ActorRef<Command> self = context.getSelf();
        this.coordinator = context.spawn(
                Coordinator.create(new CoordinatorSurroundings(
                        lead.setup(),
                        lead.plane(),
                        executor("tinyclip.actors.file-dispatcher"),
                        remindAfter(),
                        new ToldListener(lead.listener(), step -> self.tell(new Committed(step))),
                        listening,
                        ended -> self.tell(new Ended(ended)))),
                "coordinator");
        context.watch(coordinator);
        self.tell(new Leads(1));
    }

    static Behavior<Command> create(LedRun.Lead lead, Executor listening, CompletableFuture<Outcome> outcome) {
        return Behaviors.setup(context -> new LeadGuardian(context, lead, listening, outcome));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Stop.class, this::onStop)
                .onMessage(Leads.class, this::onLeads)
                .onMessage(Committed.class, this::onCommitted)
                .onMessage(Ended.class, this::onEnded)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(Terminated.class, terminated -> this)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> onStop(Stop stop) {
        coordinator.tell(new Coordinator.Stop());
        return this;
    }

    private Behavior<Command> onLeads(Leads leads) {
        Registrar.Surroundings surroundings = new Registrar.Surroundings(
                lead.terms(), leads.term, lead.setup().plan(), lead.plane(), coordinator, lead.membership());
        registrar = Optional.of(getContext().spawn(Registrar.create(surroundings), "registrar"));
        registrar.ifPresent(getContext()::watch);
        return this;
    }

    private Behavior<Command> onCommitted(Committed committed) {
        registrar.ifPresent(ref -> ref.tell(new Registrar.Committed(committed.step)));
        return this;
    }

    /** The registrar lives on, and tells every machine until this one ends. */
    private Behavior<Command> onEnded(Ended ended) {
        registrar.ifPresent(ref -> ref.tell(new Registrar.Over(ended.outcome.finished())));
        getContext().stop(coordinator);
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

    private Duration remindAfter() {
        return getContext().getSystem().settings().config().getDuration("tinyclip.actors.remind-after");
    }
}
