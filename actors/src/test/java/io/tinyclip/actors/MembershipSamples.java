package io.tinyclip.actors;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** At least one message of every kind that travels between machines that come and go. */
record MembershipSamples(
        ActorRef<Registrar.Command> registrar,
        ActorRef<Answer> agent,
        ActorRef<ClusterStatus> asking,
        ActorRef<Worker.Command> worker,
        ActorRef<ParameterServer.Command> server) {
    static final NumericClass NUMERICS =
            new NumericClass(Map.of("processor", "some"), Map.of("gradient", "0a", "jpeg", "0b"));
    private static final RunTerms.Belonging BELONGING = new RunTerms.Belonging("0.1.0-abc", "tinyclip");
    private static final Link LINK = new Link("10.0.0.5:4000", 1, 2, 3);

    List<Registrar.Command> toRegistrar() {
        return List.of(
                new Registrar.Offer(
                        new RunTerms.Claim(BELONGING, Set.of(MemberRole.WORKER, MemberRole.SERVER), Map.of()), agent),
                new Registrar.Offer(
                        new RunTerms.Claim(BELONGING, Set.of(MemberRole.CORE), Map.of("tinyclip.batch", "256")), agent),
                new Registrar.Ready(
                        new RunTerms.Proof(Optional.of("aa"), Optional.of(NUMERICS)),
                        Optional.of(worker),
                        Optional.of(server),
                        agent),
                new Registrar.Ready(
                        new RunTerms.Proof(Optional.empty(), Optional.empty()),
                        Optional.empty(),
                        Optional.of(server),
                        agent),
                new Registrar.Report(
                        new MemberReport(9, 2, 5, new TimeSpent(1, 2, 3, 4), 1L << 33, List.of(LINK)), agent),
                new Registrar.Leaving(agent),
                request());
    }

    List<Answer> toAgent() {
        TeacherOffer teacher = new TeacherOffer("{}", "bb", new Handle("10.0.0.5:4000", "teacher", 64));
        return List.of(
                new Answer.Welcome(
                        new Answer.Invitation("run-1", 3, "{\"tinyclip\":{}}", "aa", List.of(teacher, teacher)),
                        registrar),
                new Answer.Welcome(new Answer.Invitation("run-1", 3, "{}", "aa", List.of()), registrar),
                new Answer.Seated(registrar),
                new Answer.Admitted(),
                new Answer.NotAdmitted("another build"),
                new Answer.Released(),
                new Answer.RunOver(true, registrar));
    }

    StatusRequest request() {
        return new StatusRequest(asking);
    }

    static List<ClusterStatus> statuses() {
        ClusterStatus.Member member = new ClusterStatus.Member(
                Set.of(MemberRole.WORKER),
                "10.0.0.6:25520",
                ClusterStatus.State.ADMITTED,
                4,
                512.5,
                1L << 33,
                new ClusterStatus.Shares(0.5, 0.25, 0.125, 0.125),
                List.of(LINK));
        ClusterStatus.Run run = new ClusterStatus.Run(
                "run-1",
                3,
                "running",
                Optional.of(new Cursor(1, Phase.DISTILL, 7)),
                12,
                100,
                1.5,
                List.of(new ClusterStatus.Shard(new Range(0, 64), "10.0.0.6:25520")));
        return List.of(
                new ClusterStatus("tinyclip", Optional.of(run), List.of(member)),
                new ClusterStatus("tinyclip", Optional.empty(), List.of()));
    }
}
