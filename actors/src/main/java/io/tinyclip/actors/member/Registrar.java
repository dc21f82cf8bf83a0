package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import io.tinyclip.actors.gate.Doors;
import io.tinyclip.actors.gate.SessionDesk;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.RegistrarBounds;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.join.StatusRequest;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.run.RunDescription;
import io.tinyclip.actors.task.FailedWork;
import io.tinyclip.actors.tls.Role;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Takes machines into a run, beside its coordinator. Whom it takes is decided by {@link Admission}. */
public final class Registrar extends AbstractBehavior<RegistrarCommand> {
    /** By which machines find it. */
    static final ServiceKey<RegistrarCommand> KEY = ServiceKey.create(RegistrarCommand.class, "registrar");

    private static final String MOST_MEMBERS = "tinyclip.actors.most-members";
    private static final String FILES = "tinyclip.actors.file-dispatcher";

    /** What this actor tells itself, and is told in its own process. */
    sealed interface Command extends RegistrarCommand.Local {}

    /** The numeric class of a machine that is prepared is written down. */
    private record Recorded(RegistrarCommand.Ready ready) implements Command {}

    /** From the coordinator: this worker's bits are wrong, or this server hangs. @param again whether it may be started anew */
    public record Expel(ActorRef<?> member, String reason, boolean again) implements Command {}

    /** From the coordinator: how the run stands, for whoever asked. */
    private record Described(Optional<RunDescription> run, ActorRef<ClusterStatus> replyTo) implements Command {}

    /** From this machine: the run has ended. @param failure why nobody can go on with it @param ended by an operator */
    public record Over(boolean finished, Optional<String> failure, boolean ended) implements Command {}

    /** From this machine: it wants another to lead. @param heard whether another is told to */
    public record HandOver(Consumer<Boolean> heard) implements Command {}

    /** The run does not need a worker or server of a leaving machine any more. */
    private record MayGo(ActorRef<?> actor) implements Command {}

    private record AgentLost(ActorRef<Answer> agent) implements Command {}

    /** A machine's session has ended: it is dead, or will offer itself again. */
    private record SessionEnded(ActorRef<Answer> agent) implements Command {}

    /** A machine holds its session. @param roles that it has shown with it */
    private record SessionHeld(ActorRef<Answer> agent, Set<Role> roles) implements Command {}

    private final RegistrarTools at;
    private final Admission admission;
    private final Members members = new Members();
    private final Refusals refusals;
    private final Set<ActorRef<Answer>> known = new HashSet<>();
    private final Breakdowns breakdowns;
    private final StatusBoard board;
    private final Intake intake;
    private final Departures departures;
    private Optional<Answer.RunOver> over = Optional.empty();

    private Registrar(ActorContext<RegistrarCommand> context, RegistrarTools tools) {
        super(context);
        this.at = tools;
        this.admission = new Admission(
                tools.terms(), context.getSystem().settings().config().getInt(MOST_MEMBERS));
        this.refusals = new Refusals((agent, reason) -> at.listener().refused(address(agent), reason));
        Executor files = context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(FILES));
        ActorRef<RegistrarCommand> self = context.getSelf();
        Intake.Desks desks = new Intake.Desks(
                new SessionDesk(
                        context.getSystem(),
                        at.plane(),
                        (agent, roles) -> self.tell(new SessionHeld(agent, roles)),
                        agent -> self.tell(new SessionEnded(agent))),
                new Doors(context, tools.coordinator(), tools.rejections()));
        this.intake = new Intake(tools, admission, members, desks, files);
        this.departures = new Departures(
                members,
                at.coordinator(),
                context.messageAdapter(Coordinator.Released.class, it -> new MayGo(it.member())));
        this.breakdowns = new Breakdowns(tools);
        this.board = new StatusBoard(tools, Addresses.of(context.getSystem(), context.getSelf()));
        context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf()));
    }

    public static Behavior<RegistrarCommand> create(RegistrarTools tools) {
        return RegistrarBounds.before(Behaviors.setup(context -> new Registrar(context, tools)));
    }

    @Override
    public Receive<RegistrarCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(RegistrarCommand.Offer.class, this::onOffer)
                .onMessage(RegistrarCommand.OfMember.class, it -> !known.contains(it.agent()), this::onStrange)
                .onMessage(RegistrarCommand.Ready.class, this::onReady)
                .onMessage(Recorded.class, this::onRecorded)
                .onMessage(RegistrarCommand.Report.class, this::onReport)
                .onMessage(RegistrarCommand.Leaving.class, this::onLeaving)
                .onMessage(RegistrarCommand.Broken.class, this::onBroken)
                .onMessage(StatusRequest.class, this::onStatusRequest)
                .onMessage(MayGo.class, this::onMayGo)
                .onMessage(Expel.class, this::onExpel)
                .onMessage(Described.class, this::onDescribed)
                .onMessage(Over.class, this::onOver)
                .onMessage(HandOver.class, this::onHandOver)
                .onMessage(AgentLost.class, this::onAgentLost)
                .onMessage(SessionHeld.class, this::onSessionHeld)
                .onMessage(SessionEnded.class, this::onSessionEnded)
                .build();
    }

    private Behavior<RegistrarCommand> onOffer(RegistrarCommand.Offer offer) {
        ActorRef<Answer> agent = offer.agent();
        if (known.add(agent)) {
            getContext().watchWith(agent, new AgentLost(agent));
        }
        members.before(agent).ifPresent(dead -> onSessionEnded(new SessionEnded(dead)));
        int others = members.size() - (members.find(agent).isPresent() ? 1 : 0);
        Optional<String> no = refusals.of(agent).or(() -> admission.refusal(offer.claim(), others));
        if (no.isPresent()) {
            refuse(agent, no.get());
        } else if (over.isPresent()) {
            agent.tell(over.get());
        } else {
            agent.tell(intake.answer(offer, address(agent), getContext().getSelf()));
        }
        return this;
    }

    private Behavior<RegistrarCommand> onReady(RegistrarCommand.Ready ready) {
        ActorRef<Answer> agent = ready.agent();
        boolean otherwise = admission.isPreparedOtherwise(ready.proof());
        Optional<String> no =
                refusals.of(agent).or(() -> otherwise ? Optional.empty() : admission.refusal(ready.proof()));
        if (no.isPresent()) {
            refuse(agent, no.get());
        } else if (over.isPresent()) {
            agent.tell(over.get());
        } else if (otherwise) {
            agent.tell(intake.welcome(agent, getContext().getSelf()));
        } else if (!intake.waits(ready)) {
            members.staying(agent).ifPresent(member -> take(ready, member));
        }
        return this;
    }

    private void take(RegistrarCommand.Ready ready, Members.Seat seat) {
        intake.record(ready, seat)
                .ifPresentOrElse(recording -> admitAfter(recording, ready), () -> intake.admit(ready, seat));
    }

    private void admitAfter(CompletionStage<Void> recording, RegistrarCommand.Ready ready) {
        getContext().pipeToSelf(recording, (done, failure) -> {
            if (failure != null) {
                throw new FailedWork(failure);
            }
            return new Recorded(ready);
        });
    }

    private Behavior<RegistrarCommand> onRecorded(Recorded recorded) {
        intake.recorded(recorded.ready.agent());
        if (over.isEmpty()) {
            members.staying(recorded.ready.agent()).ifPresent(seat -> intake.admit(recorded.ready, seat));
        }
        return this;
    }

    private void refuse(ActorRef<Answer> agent, String reason) {
        members.remove(agent);
        intake.expel(agent);
        refusals.refuse(agent, reason);
    }

    /** Whoever has offered itself alone knows by which name: what is said of another is not acted on. */
    private Behavior<RegistrarCommand> onStrange(RegistrarCommand.OfMember said) {
        at.rejections().add(address(said.agent()), said);
        return this;
    }

    private Behavior<RegistrarCommand> onReport(RegistrarCommand.Report report) {
        refusals.of(report.agent()).ifPresent(reason -> refuse(report.agent(), reason));
        over.ifPresent(report.agent()::tell);
        members.change(report.agent(), member -> member.reported(report.report()));
        return this;
    }

    /** A machine that has nothing of the run may go at once. */
    private Behavior<RegistrarCommand> onLeaving(RegistrarCommand.Leaving leaving) {
        Optional<Members.Seat> member = members.find(leaving.agent());
        if (member.isEmpty() || over.isPresent()) {
            leaving.agent().tell(new Answer.Released());
            return this;
        }
        if (member.get().state() != ClusterStatus.State.LEAVING) {
            at.listener().leaving(member.get().roles(), member.get().address());
            members.change(leaving.agent(), Members.Seat::leaving);
        }
        departures.ask(member.get());
        if (departures.isFree(leaving.agent())) {
            departures.release(leaving.agent());
        }
        return this;
    }

    private Behavior<RegistrarCommand> onBroken(RegistrarCommand.Broken broken) {
        members.find(broken.agent()).ifPresent(member -> breakdowns.of(member, broken.breakdown()));
        members.remove(broken.agent());
        broken.agent().tell(new Answer.Released());
        return this;
    }

    private Behavior<RegistrarCommand> onMayGo(MayGo free) {
        departures.mayGo(free.actor);
        departures.free().forEach(departures::release);
        return this;
    }

    private Behavior<RegistrarCommand> onExpel(Expel expel) {
        Optional<ActorRef<Answer>> found = members.with(expel.member);
        found.filter(agent -> expel.again).ifPresent(agent -> departures.restart(agent, expel.reason));
        found.filter(agent -> !expel.again).ifPresent(agent -> refuse(agent, expel.reason));
        return this;
    }

    private Behavior<RegistrarCommand> onStatusRequest(StatusRequest request) {
        board.ask(getContext(), members, request, Described::new);
        return this;
    }

    private Behavior<RegistrarCommand> onDescribed(Described described) {
        described.replyTo.tell(board.status(members, described.run, over, breakdowns.all()));
        return this;
    }

    /** Who did not hear it is told when it says anything. */
    private Behavior<RegistrarCommand> onOver(Over ended) {
        Answer.RunOver told = new Answer.RunOver(
                ended.finished, ended.failure, ended.ended, getContext().getSelf());
        over = Optional.of(told);
        members.agents().forEach(agent -> agent.tell(told));
        return this;
    }

    private Behavior<RegistrarCommand> onHandOver(HandOver wanted) {
        wanted.heard.accept(departures.handOver(
                address(getContext().getSelf()), getContext().getSelf()));
        return this;
    }

    private Behavior<RegistrarCommand> onAgentLost(AgentLost lost) {
        known.remove(lost.agent);
        refusals.forget(lost.agent);
        intake.forget(lost.agent);
        left(lost.agent);
        return this;
    }

    /** Heartbeats may be missed for many reasons, and for seconds; this is sure, or costs a machine that lives little. */
    private Behavior<RegistrarCommand> onSessionEnded(SessionEnded ended) {
        members.find(ended.agent).ifPresent(departures::isGone);
        left(ended.agent);
        return this;
    }

    /** A machine that offers itself as more than its certificate says is turned away. */
    private Behavior<RegistrarCommand> onSessionHeld(SessionHeld held) {
        intake.foreign(held.agent, held.roles)
                .ifPresentOrElse(reason -> refuse(held.agent, reason), () -> intake.proven(held.agent)
                        .ifPresent(this::onReady));
        return this;
    }

    private void left(ActorRef<Answer> agent) {
        members.find(agent).ifPresent(member -> at.listener().left(member.roles(), member.address()));
        members.remove(agent);
    }

    private String address(ActorRef<?> actor) {
        return Addresses.of(getContext().getSystem(), actor);
    }
}
