package io.tinyclip.cluster.membership;

import akka.actor.typed.ActorSystem;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import io.tinyclip.actors.LedRun;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.actors.wire.StatusBytes;
import io.tinyclip.cluster.guard.Desk;
import io.tinyclip.cluster.guard.Question;
import io.tinyclip.cluster.guard.Reply;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;

/** Answers operators: here where this machine leads, or nobody does; else it says who does. May be used from any thread. */
final class OperatorDesk implements Desk {
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(10);
    private static final Set<MemberStatus> MAY_LEAD = Set.of(MemberStatus.up(), MemberStatus.leaving());

    private final ActorSystem<?> system;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Optional<LedRun> led = Optional.empty();

    OperatorDesk(ActorSystem<?> system) {
        this.system = system;
    }

    /** This machine leads the run by now. */
    void leads(LedRun run) {
        led = Optional.of(run);
    }

    /** Whether an operator has asked that the run ends that this machine leads. */
    boolean hasEnded() {
        return ended.get();
    }

    @Override
    public CompletionStage<Reply> answer(Question question) {
        Address own = ClusterSystem.member(Cluster.get(system).selfMember().address());
        Optional<Address> elsewhere = leader().filter(it -> !it.equals(own));
        if (elsewhere.isPresent()) {
            return CompletableFuture.completedFuture(
                    Reply.line(Reply.Kind.ELSEWHERE, elsewhere.orElseThrow().toString()));
        }
        return switch (question) {
            case STATUS ->
                StatusQuestion.ask(system, own.toString(), TOLD_WITHIN)
                        .thenApply(status -> new Reply(Reply.Kind.STATUS, StatusBytes.of(status)));
            case END -> end();
            case HERE -> throw new IllegalArgumentException("the door answers [" + question + "] itself");
        };
    }

    private CompletionStage<Reply> end() {
        return led.map(this::end)
                .orElseGet(() -> CompletableFuture.completedFuture(
                        Reply.refused("no run goes on there yet; ask again, or end the process")));
    }

    private CompletionStage<Reply> end(LedRun run) {
        ended.set(true);
        run.endEverywhere();
        return run.outcome()
                .handle((outcome, failure) -> failure == null
                        ? Reply.line(
                                Reply.Kind.ENDED,
                                outcome.finished()
                                        ? "the run had finished"
                                        : "the run has ended with a checkpoint; the same command goes on from it")
                        : Reply.refused("the run has ended otherwise: " + failure.getMessage()));
    }

    /** The oldest candidate leads, or is about to. */
    private Optional<Address> leader() {
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                .filter(member -> member.hasRole(ClusterSystem.CORE) && MAY_LEAD.contains(member.status()))
                .min(Member.ageOrdering())
                .map(member -> ClusterSystem.member(member.address()));
    }
}
