package io.tinyclip.actors;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.model.InvalidInputException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Lends a machine to a run: offers it, prepares it, starts its worker and its parameter server, and takes leave.
 *
 * <pre>
 *   SEEKING    offers itself to every registrar      Welcome: PREPARING, or WAITING where the run is the one it had
 *   PREPARING  lets the host prepare                 done: WAITING
 *   WAITING    says that it is ready                 Admitted: ADMITTED
 *   ADMITTED   reports                               registrar gone: SEEKING, and keeps its actors
 *   LEAVING    asks to be let go                     Released, or no more patience: ends
 * </pre>
 */
final class NodeAgent extends AbstractBehavior<NodeAgent.Command> {
    /** How often anything is said again. */
    static final String INTERVAL = "tinyclip.actors.report-every";

    /** Of preparing, before whatever is wrong is taken for lasting. */
    private static final int MOST_ATTEMPTS = 5;

    private static final String LEAVE_WITHIN = "tinyclip.actors.leave-within";

    sealed interface Command permits Answer, Leave, Registrars, Tick, Prepared, GaveUp {}

    /** From this machine: it is to end. */
    record Leave() implements Command, NoSerializationVerificationNeeded {}

    private record Registrars(Set<ActorRef<Registrar.Command>> known)
            implements Command, NoSerializationVerificationNeeded {}

    private record Tick() implements Command, NoSerializationVerificationNeeded {}

    private record Prepared(Answer.Invitation run, CompletableFuture<NodeHost.Prepared> result)
            implements Command, NoSerializationVerificationNeeded {}

    private record GaveUp(String line, NodeEnd.Kind kind) implements Command, NoSerializationVerificationNeeded {}

    /**
     * What an agent works with.
     *
     * @param patience how long it waits for a coordinator
     * @param preparing where the host is called
     * @param say gets lines for whoever started this machine
     * @param end completes when this machine does not take part any more
     */
    record Surroundings(
            RunTerms.Claim claim,
            NodeHost host,
            DataPlane plane,
            Duration patience,
            Executor preparing,
            Consumer<String> say,
            CompletableFuture<NodeEnd> end) {}

    private enum Phase {
        SEEKING,
        PREPARING,
        WAITING,
        ADMITTED,
        LEAVING
    }

    private final Surroundings at;
    private final TimerScheduler<Command> timers;
    private final Set<ActorRef<Registrar.Command>> registrars = new HashSet<>();
    private Phase phase = Phase.SEEKING;
    private Optional<Answer.Welcome> seat = Optional.empty();
    private Optional<NodeActors> actors = Optional.empty();
    private int attempts;

    private NodeAgent(ActorContext<Command> context, TimerScheduler<Command> timers, Surroundings surroundings) {
        super(context);
        this.at = surroundings;
        this.timers = timers;
        timers.startTimerWithFixedDelay(new Tick(), duration(INTERVAL));
        seek();
        ActorRef<Receptionist.Listing> found = context.messageAdapter(
                Receptionist.Listing.class, listing -> new Registrars(listing.getServiceInstances(Registrar.KEY)));
        context.getSystem().receptionist().tell(Receptionist.subscribe(Registrar.KEY, found));
    }

    static Behavior<Command> create(Surroundings surroundings) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new NodeAgent(context, timers, surroundings)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Registrars.class, this::onRegistrars)
                .onMessage(Tick.class, this::onTick)
                .onMessage(Answer.Welcome.class, this::onWelcome)
                .onMessage(Prepared.class, this::onPrepared)
                .onMessage(Answer.Admitted.class, this::onAdmitted)
                .onMessage(Answer.NotAdmitted.class, this::onNotAdmitted)
                .onMessage(Answer.RunOver.class, this::onRunOver)
                .onMessage(Leave.class, this::onLeave)
                .onMessage(Answer.Released.class, this::onReleased)
                .onMessage(GaveUp.class, this::onGaveUp)
                .onMessage(Answer.Seated.class, notForNodes -> this)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> onRegistrars(Registrars found) {
        registrars.clear();
        registrars.addAll(found.known);
        boolean lost =
                seat.filter(held -> !registrars.contains(held.registrar())).isPresent();
        if (lost && phase != Phase.LEAVING) {
            at.say().accept("lost the coordinator; waiting for the next one");
            seek();
        }
        offer();
        return this;
    }

    private Behavior<Command> onTick(Tick tick) {
        offer();
        switch (phase) {
            case WAITING -> sayReady();
            case ADMITTED -> tellSeat(new Registrar.Report(report(), self()));
            case LEAVING -> tellSeat(new Registrar.Leaving(self()));
            case SEEKING, PREPARING -> {}
        }
        return this;
    }

    /** To everybody but the one by whom this machine has a seat: a higher term may have begun. */
    private void offer() {
        if (phase != Phase.LEAVING) {
            registrars.stream()
                    .filter(registrar -> seat.filter(held -> held.registrar().equals(registrar))
                            .isEmpty())
                    .forEach(registrar -> registrar.tell(new Registrar.Offer(at.claim(), self())));
        }
    }

    private Behavior<Command> onWelcome(Answer.Welcome welcome) {
        boolean old = seat.filter(
                        held -> held.invitation().term() >= welcome.invitation().term())
                .isPresent();
        if (phase == Phase.LEAVING || old) {
            return this;
        }
        seat = Optional.of(welcome);
        timers.cancel(NodeEnd.Kind.NO_COORDINATOR);
        if (phase != Phase.PREPARING) {
            takeSeat(welcome);
        }
        return this;
    }

    private void takeSeat(Answer.Welcome welcome) {
        if (actors.filter(held -> held.run().isSameRun(welcome.invitation())).isPresent()) {
            phase = Phase.WAITING;
            sayReady();
        } else {
            prepare(welcome);
        }
    }

    private void prepare(Answer.Welcome welcome) {
        dropActors();
        phase = Phase.PREPARING;
        at.say().accept("preparing for run " + welcome.invitation().runId());
        NodeHost.Task task = welcome.invitation().task(at.claim().roles(), at.plane());
        CompletableFuture<NodeHost.Prepared> work =
                CompletableFuture.supplyAsync(() -> at.host().prepare(task), at.preparing());
        getContext().pipeToSelf(work, (prepared, failure) -> new Prepared(welcome.invitation(), work));
    }

    /** While this machine prepared, the coordinator may have been followed by another, or have gone. */
    private Behavior<Command> onPrepared(Prepared prepared) {
        if (phase != Phase.PREPARING) {
            return this;
        }
        phase = Phase.SEEKING;
        if (prepared.result.isCompletedExceptionally()) {
            return failedToPrepare(
                    prepared.result.handle((done, failure) -> failure).join());
        }
        attempts = 0;
        actors = Optional.of(NodeActors.start(getContext(), at, prepared.run, prepared.result.join()));
        seat.ifPresent(this::takeSeat);
        return this;
    }

    /** What the coordinator offers cannot be fetched once it is gone; there may be another. */
    private Behavior<Command> failedToPrepare(Throwable failure) {
        Throwable cause = FailedWork.unwrapped(failure);
        attempts++;
        if (cause instanceof InvalidInputException || attempts == MOST_ATTEMPTS) {
            return fail(cause);
        }
        getContext().getLog().info("could not prepare; trying again", cause);
        seek();
        return this;
    }

    private void sayReady() {
        actors.ifPresent(ready -> tellSeat(new Registrar.Ready(ready.proof(), ready.worker(), ready.server(), self())));
    }

    private Behavior<Command> onAdmitted(Answer.Admitted admitted) {
        if (phase == Phase.WAITING) {
            phase = Phase.ADMITTED;
            seat.ifPresent(held ->
                    at.say().accept("admitted to run " + held.invitation().runId()));
        }
        return this;
    }

    private Behavior<Command> onNotAdmitted(Answer.NotAdmitted refused) {
        return end(new NodeEnd(NodeEnd.Kind.REFUSED, refused.reason()));
    }

    private Behavior<Command> onRunOver(Answer.RunOver over) {
        boolean ours =
                seat.filter(held -> held.registrar().equals(over.registrar())).isPresent();
        if (over.finished()) {
            return end(new NodeEnd(NodeEnd.Kind.FINISHED, "the run is finished"));
        }
        if (ours && phase != Phase.LEAVING) {
            at.say().accept("the run was stopped; waiting for it to go on");
            registrars.remove(over.registrar());
            dropActors();
            seek();
        }
        return this;
    }

    private Behavior<Command> onLeave(Leave leave) {
        if (phase == Phase.LEAVING) {
            return this;
        }
        if (phase != Phase.ADMITTED && phase != Phase.WAITING) {
            return end(new NodeEnd(NodeEnd.Kind.LEFT, "left"));
        }
        at.say().accept("leaving: handing back leases and shards");
        phase = Phase.LEAVING;
        giveUpAfter(duration(LEAVE_WITHIN), new GaveUp("left without being released", NodeEnd.Kind.LEFT));
        tellSeat(new Registrar.Leaving(self()));
        return this;
    }

    private Behavior<Command> onReleased(Answer.Released released) {
        return phase == Phase.LEAVING ? end(new NodeEnd(NodeEnd.Kind.LEFT, "left")) : this;
    }

    private Behavior<Command> onGaveUp(GaveUp gaveUp) {
        return end(new NodeEnd(gaveUp.kind, gaveUp.line));
    }

    private Behavior<Command> onChildFailed(ChildFailed failed) {
        return fail(failed.getCause());
    }

    private Behavior<Command> onPostStop() {
        dropActors();
        at.end().completeExceptionally(new ClusterNode.CutOffException());
        return this;
    }

    /** What is being prepared is finished all the same: the next coordinator probably leads the same run. */
    private void seek() {
        phase = phase == Phase.PREPARING ? Phase.PREPARING : Phase.SEEKING;
        seat = Optional.empty();
        giveUpAfter(
                at.patience(),
                new GaveUp(
                        "no coordinator within tinyclip.cluster.wait ["
                                + at.patience().toSeconds() + "s]; start the run again, or raise it",
                        NodeEnd.Kind.NO_COORDINATOR));
    }

    private void giveUpAfter(Duration limit, GaveUp gaveUp) {
        timers.startSingleTimer(gaveUp.kind, gaveUp, limit);
    }

    private Behavior<Command> fail(Throwable failure) {
        at.end().completeExceptionally(FailedWork.unwrapped(failure));
        return Behaviors.stopped();
    }

    private Behavior<Command> end(NodeEnd end) {
        at.end().complete(end);
        return Behaviors.stopped();
    }

    private void dropActors() {
        actors.ifPresent(running -> running.stop(getContext()));
        actors = Optional.empty();
    }

    private MemberReport report() {
        return actors.map(running -> running.report(at.plane().links()))
                .orElseThrow(() -> new IllegalStateException("admitted without actors"));
    }

    private void tellSeat(Registrar.Command message) {
        seat.ifPresent(held -> held.registrar().tell(message));
    }

    private ActorRef<Answer> self() {
        return getContext().getSelf().narrow();
    }

    private Duration duration(String key) {
        return getContext().getSystem().settings().config().getDuration(key);
    }
}
