package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.join.RunTerms;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Offers a coordinator candidate to whoever leads, so that one with other settings is told before it is to lead. */
final class CandidateAgent extends AbstractBehavior<AgentCommand> {
    /** What this actor tells itself. */
    sealed interface Command extends AgentCommand.Local {}

    private record Registrars(Set<ActorRef<RegistrarCommand>> known) implements Command {}

    private record Tick() implements Command {}

    private final RunTerms.Claim claim;
    private final Consumer<String> leaderGone;
    private final Consumer<String> leaderLeaves;
    private final CompletableFuture<NodeEnd> end;
    private final HeldSession session;
    private Optional<ActorRef<RegistrarCommand>> leader = Optional.empty();
    private final Set<ActorRef<RegistrarCommand>> unanswered = new HashSet<>();
    private Set<ActorRef<RegistrarCommand>> known = Set.of();

    private CandidateAgent(
            ActorContext<AgentCommand> context,
            TimerScheduler<AgentCommand> timers,
            RunTerms.Claim claim,
            ClusterNode.Stall stall,
            CompletableFuture<NodeEnd> end) {
        super(context);
        this.claim = claim;
        this.leaderGone = stall.leaderGone();
        this.leaderLeaves = stall.leaderLeaves();
        this.end = end;
        this.session = new HeldSession(stall.plane(), context, context.getSelf().narrow());
        Duration again = context.getSystem().settings().config().getDuration(NodeAgent.INTERVAL);
        timers.startTimerWithFixedDelay(new Tick(), again);
        ActorRef<Receptionist.Listing> found = context.messageAdapter(
                Receptionist.Listing.class, listing -> new Registrars(listing.getServiceInstances(Registrar.KEY)));
        context.getSystem().receptionist().tell(Receptionist.subscribe(Registrar.KEY, found));
    }

    /** @param end completes when this candidate may not stand by any more */
    static Behavior<AgentCommand> create(
            RunTerms.Claim claim, ClusterNode.Stall stall, CompletableFuture<NodeEnd> end) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new CandidateAgent(context, timers, claim, stall, end)));
    }

    @Override
    public Receive<AgentCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(Registrars.class, this::onRegistrars)
                .onMessage(Tick.class, this::onTick)
                .onMessage(Answer.Seated.class, this::onSeated)
                .onMessage(Answer.NotAdmitted.class, this::onNotAdmitted)
                .onMessage(Answer.RunOver.class, this::onRunOver)
                .onMessage(Answer.LeaderLeaves.class, this::onLeaderLeaves)
                .onMessage(HeldSession.Ended.class, this::onSessionEnded)
                .onMessage(Answer.class, others -> this)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<AgentCommand> onRegistrars(Registrars found) {
        found.known.stream().filter(registrar -> !known.contains(registrar)).forEach(unanswered::add);
        unanswered.retainAll(found.known);
        known = found.known;
        return onTick(new Tick());
    }

    private Behavior<AgentCommand> onTick(Tick tick) {
        unanswered.forEach(registrar -> registrar.tell(
                new RegistrarCommand.Offer(claim, getContext().getSelf().narrow())));
        return this;
    }

    private Behavior<AgentCommand> onSeated(Answer.Seated seated) {
        if (!session.isFor(seated.session())) {
            return this;
        }
        unanswered.remove(seated.registrar());
        leader = Optional.of(seated.registrar());
        session.hold(seated.session());
        return this;
    }

    /** One that still leads takes this candidate for dead, and is told otherwise. */
    private Behavior<AgentCommand> onSessionEnded(HeldSession.Ended ended) {
        if (session.isLost(ended)) {
            leader.filter(known::contains).ifPresent(unanswered::add);
            leader.ifPresent(gone -> leaderGone.accept(Addresses.of(getContext().getSystem(), gone)));
        }
        return this;
    }

    private Behavior<AgentCommand> onLeaderLeaves(Answer.LeaderLeaves leaves) {
        leaderLeaves.accept(Addresses.of(getContext().getSystem(), leaves.registrar()));
        return this;
    }

    private Behavior<AgentCommand> onPostStop() {
        session.giveUp();
        return this;
    }

    private Behavior<AgentCommand> onNotAdmitted(Answer.NotAdmitted refused) {
        end.complete(new NodeEnd(NodeEnd.Kind.REFUSED, refused.reason()));
        return Behaviors.stopped();
    }

    private Behavior<AgentCommand> onRunOver(Answer.RunOver over) {
        over.end().ifPresent(end::complete);
        return over.end().isPresent() ? Behaviors.stopped() : this;
    }
}
