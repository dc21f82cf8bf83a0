package io.tinyclip.actors.member;

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
import com.typesafe.config.Config;
import io.tinyclip.actors.gate.Ear;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.task.FailedWork;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Lends a machine to a run: offers it, prepares it, starts its worker and its parameter server, and takes leave.
 *
 * <pre>
 *   SEEKING    offers itself to every registrar      Welcome: PREPARING, or WAITING where the run is the one it had
 *   PREPARING  lets the host prepare                 done: WAITING
 *   WAITING    says that it is ready                 Admitted: ADMITTED; Welcome in another precision: PREPARING
 *   ADMITTED   reports                               registrar or session gone: SEEKING, and keeps its actors
 *   LEAVING    asks to be let go                     Released, or no more patience: ends
 * </pre>
 */
final class NodeAgent extends AbstractBehavior<AgentCommand> {
    /** How often anything is said again. */
    static final String INTERVAL = "tinyclip.actors.report-every";

    /** What this actor tells itself. */
    sealed interface Command extends AgentCommand.Local {}

    /** From this machine: it is to end. */
    record Leave() implements Command {}

    private record Registrars(Set<ActorRef<RegistrarCommand>> known) implements Command {}

    private record Tick() implements Command {}

    private record Prepared(Answer.Invitation run, CompletableFuture<NodeHost.Prepared> result) implements Command {}

    /** Nobody has come within the time. */
    record GaveUp(String line, NodeEnd.Kind kind) implements Command {}

    private enum Phase {
        SEEKING,
        PREPARING,
        WAITING,
        ADMITTED,
        LEAVING
    }

    private final Config config = getContext().getSystem().settings().config();
    private final AgentTools at;
    private final NodePreparation preparation;
    private final NodePatience patience;
    private final NodeSeat seat;
    private final HeldSession session;
    private Phase phase = Phase.SEEKING;
    private Optional<NodeActors> actors = Optional.empty();

    private NodeAgent(
            ActorContext<AgentCommand> context,
            TimerScheduler<AgentCommand> timers,
            AgentTools tools,
            ActorRef<Answer> ear) {
        super(context);
        this.seat = new NodeSeat(ear);
        this.at = tools;
        this.preparation = new NodePreparation(tools);
        this.patience = new NodePatience(timers, tools.patience());
        this.session = new HeldSession(tools.plane(), context, ear);
        timers.startTimerWithFixedDelay(new Tick(), config.getDuration(INTERVAL));
        seek();
        ActorRef<Receptionist.Listing> found = context.messageAdapter(
                Receptionist.Listing.class, listing -> new Registrars(listing.getServiceInstances(Registrar.KEY)));
        context.getSystem().receptionist().tell(Receptionist.subscribe(Registrar.KEY, found));
    }

    static Behavior<AgentCommand> create(AgentTools tools) {
        return Ear.before(ear ->
                Behaviors.setup(context -> Behaviors.withTimers(timers -> new NodeAgent(context, timers, tools, ear))));
    }

    @Override
    public Receive<AgentCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(Registrars.class, this::onRegistrars)
                .onMessage(Tick.class, this::onTick)
                .onMessage(Answer.Welcome.class, this::onWelcome)
                .onMessage(Prepared.class, this::onPrepared)
                .onMessage(Answer.Admitted.class, this::onAdmitted)
                .onMessage(Answer.NotAdmitted.class, this::onNotAdmitted)
                .onMessage(Answer.Restart.class, it -> end(NodeEnd.failed(it.reason())))
                .onMessage(Answer.RunOver.class, this::onRunOver)
                .onMessage(Leave.class, this::onLeave)
                .onMessage(Answer.Released.class, this::onReleased)
                .onMessage(GaveUp.class, this::onGaveUp)
                .onMessage(HeldSession.Begun.class, begun -> onTick(new Tick()))
                .onMessage(HeldSession.Ended.class, this::onSessionEnded)
                .onMessage(Answer.class, notForNodes -> this)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<AgentCommand> onRegistrars(Registrars found) {
        if (seat.know(found.known) && phase != Phase.LEAVING) {
            at.say().accept("lost the coordinator; waiting for the next one");
            seek();
        }
        offer();
        return this;
    }

    private Behavior<AgentCommand> onTick(Tick tick) {
        offer();
        switch (phase) {
            case WAITING -> sayReady();
            case ADMITTED ->
                actors.map(running -> running.report(at.plane().links()))
                        .ifPresent(report -> seat.tell(new RegistrarCommand.Report(report, seat.ear())));
            case LEAVING -> seat.tell(new RegistrarCommand.Leaving(seat.ear()));
            case SEEKING, PREPARING -> {}
        }
        return this;
    }

    private void offer() {
        if (phase != Phase.LEAVING) {
            seat.offer(new RegistrarCommand.Offer(at.claim(), seat.ear()));
        }
    }

    private Behavior<AgentCommand> onWelcome(Answer.Welcome welcome) {
        if (phase == Phase.LEAVING || !session.isFor(welcome.session()) || !seat.take(welcome)) {
            return this;
        }
        patience.found();
        if (phase != Phase.PREPARING) {
            takeSeat(welcome);
        }
        return this;
    }

    private void takeSeat(Answer.Welcome welcome) {
        actors.ifPresent(held -> held.reign().told(welcome.invitation().term()));
        if (actors.filter(held -> held.run().isSameRun(welcome.invitation())).isPresent()) {
            phase = Phase.WAITING;
            session.hold(welcome.session());
            sayReady();
        } else {
            prepare(welcome);
        }
    }

    private void prepare(Answer.Welcome welcome) {
        dropActors();
        phase = Phase.PREPARING;
        at.say().accept("preparing for run " + welcome.invitation().runId());
        CompletableFuture<NodeHost.Prepared> work = preparation.begin(welcome.invitation());
        getContext().pipeToSelf(work, (prepared, failure) -> new Prepared(welcome.invitation(), work));
    }

    /** While this machine prepared, the coordinator may have been followed by another, or have gone. */
    private Behavior<AgentCommand> onPrepared(Prepared prepared) {
        if (phase != Phase.PREPARING) {
            return this;
        }
        phase = Phase.SEEKING;
        if (prepared.result.isCompletedExceptionally()) {
            return failedToPrepare(
                    prepared.result.handle((done, failure) -> failure).join());
        }
        preparation.succeeded();
        actors = Optional.of(NodeActors.start(getContext(), at, prepared.run, prepared.result.join()));
        seat.ifTaken(this::takeSeat);
        return this;
    }

    private Behavior<AgentCommand> failedToPrepare(Throwable failure) {
        Throwable cause = FailedWork.unwrapped(failure);
        if (preparation.failed(cause)) {
            return fail(LastWords.Reason.ofPreparation(cause));
        }
        getContext().getLog().info("could not prepare; trying again", cause);
        seek();
        return this;
    }

    /** Who has not shown that it may lead is told of no worker and no server. */
    private void sayReady() {
        actors.filter(ready -> session.isProven()).ifPresent(ready -> {
            seat.ifTaken(held -> ready.reign().answersAt(held.door()));
            seat.tell(new RegistrarCommand.Ready(ready.proof(), ready.worker(), ready.server(), seat.ear()));
        });
    }

    private Behavior<AgentCommand> onAdmitted(Answer.Admitted admitted) {
        if (phase == Phase.WAITING) {
            phase = Phase.ADMITTED;
            seat.ifTaken(held ->
                    at.say().accept("admitted to run " + held.invitation().runId()));
        }
        return this;
    }

    private Behavior<AgentCommand> onNotAdmitted(Answer.NotAdmitted refused) {
        return end(new NodeEnd(NodeEnd.Kind.REFUSED, refused.reason()));
    }

    private Behavior<AgentCommand> onRunOver(Answer.RunOver over) {
        Optional<NodeEnd> end = over.end();
        if (end.isPresent()) {
            return end(end.get());
        }
        if (seat.isBy(over.registrar()) && phase != Phase.LEAVING) {
            at.say().accept("the run was stopped; waiting for it to go on");
            seat.forget(over.registrar());
            dropActors();
            seek();
        }
        return this;
    }

    /** Whoever leads hears with the next tick that this machine lives. */
    private Behavior<AgentCommand> onSessionEnded(HeldSession.Ended ended) {
        if (session.isLost(ended) && phase != Phase.LEAVING) {
            seek();
        }
        return this;
    }

    private Behavior<AgentCommand> onLeave(Leave leave) {
        if (phase == Phase.LEAVING) {
            return this;
        }
        if (phase != Phase.ADMITTED && phase != Phase.WAITING) {
            return end(new NodeEnd(NodeEnd.Kind.LEFT, "left"));
        }
        at.say().accept("leaving: handing back leases and shards");
        phase = Phase.LEAVING;
        patience.leaving(config.getDuration(NodePatience.LEAVE_WITHIN));
        seat.tell(new RegistrarCommand.Leaving(seat.ear()));
        return this;
    }

    private Behavior<AgentCommand> onReleased(Answer.Released released) {
        return phase == Phase.LEAVING ? end(new NodeEnd(NodeEnd.Kind.LEFT, "left")) : this;
    }

    private Behavior<AgentCommand> onGaveUp(GaveUp gaveUp) {
        return end(new NodeEnd(gaveUp.kind, gaveUp.line));
    }

    private Behavior<AgentCommand> onChildFailed(ChildFailed failed) {
        return fail(LastWords.Reason.ofWork(FailedWork.unwrapped(failed.getCause())));
    }

    private Behavior<AgentCommand> onPostStop() {
        session.giveUp();
        dropActors();
        at.end().completeExceptionally(new ClusterNode.CutOffException());
        return this;
    }

    /** What is being prepared is finished all the same: the next coordinator probably leads the same run. */
    private void seek() {
        phase = phase == Phase.PREPARING ? Phase.PREPARING : Phase.SEEKING;
        seat.leave();
        patience.seeking();
    }

    /** What this machine had for the run goes at once; it ends when that is known where the run is led. */
    private Behavior<AgentCommand> fail(LastWords.Reason reason) {
        dropActors();
        return LastWords.said(seat, reason, at.end());
    }

    private Behavior<AgentCommand> end(NodeEnd end) {
        at.end().complete(end);
        return Behaviors.stopped();
    }

    private void dropActors() {
        actors.ifPresent(running -> running.stop(getContext()));
        actors = Optional.empty();
    }
}
