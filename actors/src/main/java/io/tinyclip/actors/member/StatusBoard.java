package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.join.StatusRequest;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.run.RunDescription;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts together how the cluster is doing. */
final class StatusBoard {
    /** Less than whoever asks waits. */
    private static final Duration DESCRIBED_WITHIN = Duration.ofSeconds(3);

    private static final Pattern ADDRESS = Pattern.compile("akka://[^@]+@([^/]+)/.*");

    private final RegistrarTools at;
    private final String own;

    /** @param own address of this machine */
    StatusBoard(RegistrarTools tools, String own) {
        this.at = tools;
        this.own = own;
    }

    /**
     * Asks how the run stands, where whoever asks leads or stands by to lead: others ask these, who hold their certificates against
     * what they ask. A coordinator that has ended describes nothing; the members are told all the same.
     */
    void ask(
            ActorContext<RegistrarCommand> context,
            Members members,
            StatusRequest request,
            BiFunction<Optional<RunDescription>, ActorRef<ClusterStatus>, RegistrarCommand> described) {
        String address = Addresses.of(context.getSystem(), request.replyTo());
        if (!address.equals(own) && !members.isCandidate(address)) {
            at.rejections().add(address, request);
            return;
        }
        context.ask(
                Coordinator.Description.class,
                at.coordinator(),
                DESCRIBED_WITHIN,
                Coordinator.Describe::new,
                (run, failure) ->
                        described.apply(Optional.ofNullable(run).map(Coordinator.Description::run), request.replyTo()));
    }

    /**
     * @param run empty where the coordinator does not answer
     * @param over present where the run has ended
     * @param broken machines that take part no more
     */
    ClusterStatus status(
            Members members,
            Optional<RunDescription> run,
            Optional<Answer.RunOver> over,
            List<ClusterStatus.Broken> broken) {
        List<ClusterStatus.Member> all = new ArrayList<>();
        all.add(leader());
        members.status(at.plan().partitionSize()).stream()
                .filter(member -> !member.address().equals(own))
                .forEach(all::add);
        String silent = over.map(StatusBoard::word).orElse("silent");
        return new ClusterStatus(
                at.terms().belonging().cluster(),
                Optional.of(run.map(this::run).orElseGet(() -> run(silent))),
                all,
                broken,
                at.rejections().count());
    }

    private static String word(Answer.RunOver over) {
        String notFinished = over.failure().isPresent() ? "failed" : "stopped";
        return over.finished() ? "finished" : notFinished;
    }

    private ClusterStatus.Member leader() {
        return new ClusterStatus.Member(
                Set.of(MemberRole.CORE),
                own,
                ClusterStatus.State.LEADING,
                0,
                0,
                ProcessMemory.bytes(),
                ClusterStatus.Shares.NONE,
                at.plane().links(),
                0);
    }

    private ClusterStatus.Run run(String state) {
        return new ClusterStatus.Run(
                at.terms().runId(), at.term(), state, Optional.empty(), 0, steps(at.plan()), 0, List.of(), 0, 0);
    }

    private ClusterStatus.Run run(RunDescription run) {
        RunPlan plan = at.plan();
        Cursor cursor = run.stamp().cursor();
        double seconds =
                run.stepSeconds().stream().mapToDouble(Double::doubleValue).sum();
        return new ClusterStatus.Run(
                at.terms().runId(),
                at.term(),
                run.doing(),
                Optional.of(cursor),
                plan.committedSteps(cursor),
                steps(plan),
                seconds == 0 ? 0 : run.stepSeconds().size() / seconds,
                shards(run),
                run.bad(),
                run.refused());
    }

    private static long steps(RunPlan plan) {
        return plan.stages().stream().mapToLong(StagePlan::steps).sum();
    }

    private List<ClusterStatus.Shard> shards(RunDescription run) {
        return run.servers().stream()
                .filter(server -> server.range().isPresent())
                .map(server -> new ClusterStatus.Shard(server.range().get(), address(server.name())))
                .sorted(Comparator.comparingInt(shard -> shard.range().from()))
                .toList();
    }

    /** Of an actor's full name; of one on this machine the name may say no address. */
    private String address(String actor) {
        Matcher matcher = ADDRESS.matcher(actor);
        return matcher.matches() ? matcher.group(1) : own;
    }
}
