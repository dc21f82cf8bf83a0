package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.model.InvalidInputException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a machine's agent becomes once it cannot go on: it tells whoever leads why, and ends with that. */
final class LastWords extends AbstractBehavior<AgentCommand> {
    /** What this actor tells itself. */
    sealed interface Command extends AgentCommand.Local {}

    private record Again() implements Command {}

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Nobody may lead just now; then the end is not put off for long. */
    private static final int MOST_TIMES = 5;

    /** @param cause what the machine's owner gets to see */
    record Reason(Breakdown breakdown, Throwable cause) {
        /** Of what a machine's actors failed with: wrong bytes are wrong on every machine. */
        static Reason ofWork(Throwable cause) {
            Breakdown.Cause whose =
                    cause instanceof InvalidInputException ? Breakdown.Cause.DATA : Breakdown.Cause.MACHINE;
            return new Reason(new Breakdown(whose, line(cause)), cause);
        }

        /** Of what kept a machine from getting ready: whoever leads has got ready with the same data. */
        static Reason ofPreparation(Throwable cause) {
            return new Reason(new Breakdown(Breakdown.Cause.MACHINE, line(cause)), cause);
        }

        private static String line(Throwable cause) {
            boolean forPeople = cause instanceof InvalidInputException || cause instanceof UncheckedIOException;
            return (forPeople ? "" : cause.getClass().getSimpleName() + ": ") + cause.getMessage();
        }
    }

    private final Heard by;
    private final Reason reason;
    private final CompletableFuture<NodeEnd> end;
    private int times;

    /** Who hears it. @param ear of this machine, which hears the answer */
    record Heard(ActorRef<RegistrarCommand> registrar, ActorRef<Answer> ear) {}

    private LastWords(
            ActorContext<AgentCommand> context,
            TimerScheduler<AgentCommand> timers,
            Heard by,
            Reason reason,
            CompletableFuture<NodeEnd> end) {
        super(context);
        this.by = by;
        this.reason = reason;
        this.end = end;
        timers.startTimerWithFixedDelay(new Again(), INTERVAL);
        say();
    }

    /** As {@link #create}; where nobody leads, it ends at once. */
    static Behavior<AgentCommand> said(NodeSeat seat, Reason reason, CompletableFuture<NodeEnd> end) {
        Optional<ActorRef<RegistrarCommand>> registrar = seat.registrar();
        if (registrar.isPresent()) {
            return create(new Heard(registrar.get(), seat.ear()), reason, end);
        }
        end.completeExceptionally(reason.cause());
        return Behaviors.stopped();
    }

    /**
     * Says it until it is heard.
     *
     * @param by whoever leads
     * @param end fails with the reason's cause
     */
    static Behavior<AgentCommand> create(Heard by, Reason reason, CompletableFuture<NodeEnd> end) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new LastWords(context, timers, by, reason, end)));
    }

    @Override
    public Receive<AgentCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(Again.class, this::onAgain)
                .onMessage(Answer.Released.class, heard -> Behaviors.stopped())
                .onMessage(AgentCommand.class, tooLate -> this)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<AgentCommand> onAgain(Again again) {
        if (times == MOST_TIMES) {
            getContext().getLog().info("nobody has heard why this machine ends");
            return Behaviors.stopped();
        }
        say();
        return this;
    }

    private void say() {
        times++;
        by.registrar.tell(new RegistrarCommand.Broken(reason.breakdown, by.ear));
    }

    private Behavior<AgentCommand> onPostStop() {
        end.completeExceptionally(reason.cause);
        return this;
    }
}
