package io.tinyclip.actors;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.tinyclip.actors.gate.Entrance;
import io.tinyclip.actors.gate.Rejections;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.lead.LeadTools;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.member.Registrar;
import io.tinyclip.actors.member.RegistrarTools;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.task.FailedWork;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.checkpoint.Term;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.Numerics;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The root of a led run's actors on the leading machine: the coordinator, and the registrar that takes machines in. */
final class LeadGuardian extends Guardian<LeadGuardian.Command> {
    sealed interface Command extends NoSerializationVerificationNeeded {}

    /** @param everywhere whether nobody else is to go on with the run */
    record Stop(boolean everywhere) implements Command {}

    private record Ended(Outcome outcome) implements Command {}

    /** The step under way, or its checkpoint, takes longer than whoever wants this machine to end may wait. */
    private record Late() implements Command {}

    /** The disk of the run folder does not get on, here; on another machine it may. */
    private record Frozen() implements Command {}

    /** @param given whether another candidate leads from now on @param ended how the run ended here, if it did */
    private record HandedOver(boolean given, Optional<Outcome> ended) implements Command {}

    /** The term that the coordinator has, or will claim. Where two claim at a time, the one that is too late ends. */
    private record Leads(long term) implements Command {}

    /** @param again whether it may come back, started anew */
    private record Expelled(ActorRef<?> member, String reason, boolean again) implements Command {}

    private record Failed(Throwable failure) implements Command {}

    private record Unusable(String line) implements Command {}

    private final LeadSetup lead;
    private final Executor listening;
    private final Rejections rejections = new Rejections(System::nanoTime);
    private boolean stopping;
    private boolean everywhere;
    private Optional<ActorRef<CoordinatorCommand>> coordinator = Optional.empty();
    private Optional<ActorRef<RegistrarCommand>> registrar = Optional.empty();

    private LeadGuardian(
            ActorContext<Command> context, LeadSetup lead, Executor listening, CompletableFuture<Outcome> outcome) {
        super(context, outcome);
        this.lead = lead;
        this.listening = listening;
        context.pipeToSelf(
                CompletableFuture.supplyAsync(this::term, files()),
                (term, failure) -> failure == null ? new Leads(term) : new Failed(failure));
    }

    static Behavior<Command> create(LeadSetup lead, Executor listening, CompletableFuture<Outcome> outcome) {
        return Behaviors.setup(context -> new LeadGuardian(context, lead, listening, outcome));
    }

    private long term() {
        CheckpointStore checkpoints = lead.setup().checkpoints();
        return checkpoints
                .term()
                .map(Term::number)
                .orElseGet(() -> checkpoints.terms().newest() + 1);
    }

    @Override
    public Receive<Command> createReceive() {
        return receiving()
                .onMessage(Stop.class, this::onStop)
                .onMessage(Leads.class, this::onLeads)
                .onMessage(Failed.class, failed -> fail(failed.failure))
                .onMessage(Expelled.class, this::onExpelled)
                .onMessage(Unusable.class, this::onUnusable)
                .onMessage(Ended.class, this::onEnded)
                .onMessage(Late.class, this::onLate)
                .onMessage(Frozen.class, this::onFrozen)
                .onMessage(HandedOver.class, this::onHandedOver)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> onStop(Stop stop) {
        everywhere |= stop.everywhere;
        if (!stopping && !everywhere) {
            getContext().scheduleOnce(leaveWithin().dividedBy(2), getContext().getSelf(), new Late());
        }
        stopping = true;
        coordinator.ifPresent(running -> running.tell(new Entrance.Admitted(new CoordinatorCommand.Stop())));
        return this;
    }

    private Behavior<Command> onLeads(Leads leads) {
        ActorRef<CoordinatorCommand> started =
                startCoordinator(coordinating(), coordinator -> Entrance.before(coordinator, rejections));
        coordinator = Optional.of(started);
        if (stopping) {
            started.tell(new Entrance.Admitted(new CoordinatorCommand.Stop()));
        }
        ActorRef<Command> self = getContext().getSelf();
        RegistrarTools tools = new RegistrarTools(
                lead.terms(),
                leads.term,
                lead.setup().plan(),
                lead.plane(),
                started,
                lead.membership(),
                rejections,
                line -> self.tell(new Unusable(line)));
        ActorRef<RegistrarCommand> taking = getContext().spawn(Registrar.create(tools), "registrar");
        getContext().watch(taking);
        registrar = Optional.of(taking);
        return this;
    }

    private LeadTools coordinating() {
        ActorRef<Command> self = getContext().getSelf();
        return new LeadTools(
                lead.setup(),
                lead.plane(),
                files(),
                disk(() -> self.tell(new Frozen())),
                policy(true, lead.terms().admits() == Numerics.RELAXED),
                remindAfter(),
                lead.listener(),
                listening,
                (worker, reason) -> self.tell(new Expelled(worker, reason, false)),
                (server, reason) -> self.tell(new Expelled(server, reason, true)),
                ended -> self.tell(new Ended(ended)));
    }

    private Behavior<Command> onExpelled(Expelled expelled) {
        registrar.ifPresent(ref -> ref.tell(new Registrar.Expel(expelled.member, expelled.reason, expelled.again)));
        return this;
    }

    /** A coordinator that is being stopped may fail to tell a listener that is gone; the registrar has the end to tell all the same. */
    @Override
    Behavior<Command> childFailed(Throwable cause) {
        if (isOver()) {
            return this;
        }
        return FailedWork.unwrapped(cause) instanceof InvalidInputException unusable
                ? onUnusable(new Unusable(String.valueOf(unusable.getMessage())))
                : fail(cause);
    }

    /** No machine can go on with this data: the run ends with that, instead of losing one machine after the other. */
    private Behavior<Command> onUnusable(Unusable unusable) {
        over(new Registrar.Over(false, Optional.of(unusable.line), false));
        endWith(new InvalidInputException(unusable.line));
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        if (ended.outcome.finished() || everywhere) {
            endsHere(ended.outcome);
        } else {
            handOver(Optional.of(ended.outcome));
        }
        return this;
    }

    private Behavior<Command> onLate(Late late) {
        handOver(Optional.empty());
        return this;
    }

    private Behavior<Command> onFrozen(Frozen frozen) {
        handOver(Optional.empty());
        return this;
    }

    private void handOver(Optional<Outcome> ended) {
        ActorRef<Command> self = getContext().getSelf();
        registrar.ifPresentOrElse(
                ref -> ref.tell(new Registrar.HandOver(given -> self.tell(new HandedOver(given, ended)))),
                () -> self.tell(new HandedOver(false, ended)));
    }

    /** Machines keep what they have for the run: whoever leads next finds them ready. */
    private Behavior<Command> onHandedOver(HandedOver handed) {
        if (handed.given) {
            coordinator.ifPresent(getContext()::stop);
            registrar.ifPresent(getContext()::stop);
            registrar = Optional.empty();
            endWith(new LedRun.HandedOverException());
        } else {
            handed.ended.ifPresent(this::endsHere);
        }
        return this;
    }

    private void endsHere(Outcome outcome) {
        over(new Registrar.Over(outcome.finished(), Optional.empty(), everywhere && !outcome.finished()));
        end(outcome);
    }

    /** The registrar lives on, and tells every machine until this one ends. */
    private void over(Registrar.Over over) {
        registrar.ifPresent(ref -> ref.tell(over));
        coordinator.ifPresent(getContext()::stop);
    }

    /** The machine was cut off, or the actor system ended for another reason. */
    private Behavior<Command> onPostStop() {
        return fail(new ClusterNode.CutOffException());
    }
}
