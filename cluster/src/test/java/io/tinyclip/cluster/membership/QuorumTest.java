package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class QuorumTest {
    private static final String READY = "all machines that the run waits for are here";

    private final List<String> said = new ArrayList<>();
    private final Quorum quorum = new Quorum(2, 1, said::add);

    @Test
    void namesWhatIsMissingAndTheSettingsThatAskForIt() {
        quorum.admitted(Set.of(MemberRole.WORKER), "a");
        assertEquals(
                List.of(
                        "waiting for machines: 0 of 2 workers (tinyclip.workers), 0 of 1 servers (tinyclip.servers)",
                        "waiting for machines: 1 of 2 workers (tinyclip.workers), 0 of 1 servers (tinyclip.servers)"),
                said);
    }

    @Test
    void countsAMachineOfTwoRolesForBothAndIsSilentOnceComplete() {
        quorum.admitted(Set.of(MemberRole.WORKER), "a");
        quorum.admitted(Set.of(MemberRole.WORKER, MemberRole.SERVER), "b");
        quorum.left("b");
        quorum.admitted(Set.of(MemberRole.WORKER), "c");
        assertEquals(READY, said.get(said.size() - 1));
        assertEquals(3, said.size());
    }

    /** A run that has begun once goes on with fewer. */
    @Test
    void saysNoMoreThatItWaitsOnceTheRunHasBegun() {
        List<Cursor> heard = new ArrayList<>();
        RunListener listener = quorum.hearing(new RunListener() {
            @Override
            public void started(Cursor cursor) {
                heard.add(cursor);
            }

            @Override
            public void stepCommitted(StepCommitted step) {}

            @Override
            public CompletionStage<Void> stepJudged(StageFinished student) {
                return CompletableFuture.completedStage(null);
            }

            @Override
            public CompletionStage<Void> stageFinished(StageFinished stage) {
                return CompletableFuture.completedStage(null);
            }
        });
        quorum.admitted(Set.of(MemberRole.WORKER, MemberRole.SERVER), "a");
        Cursor cursor = new Cursor(0, Phase.INHERIT, 3);
        listener.started(cursor);
        quorum.left("a");
        assertEquals(List.of(cursor), heard);
        assertEquals(2, said.size(), said.toString());
    }

    @Test
    void doesNotCountWhoIsGoneAgain() {
        quorum.admitted(Set.of(MemberRole.WORKER, MemberRole.SERVER), "a");
        quorum.left("a");
        quorum.left("never-here");
        quorum.admitted(Set.of(MemberRole.WORKER, MemberRole.SERVER), "b");
        assertEquals(
                "waiting for machines: 1 of 2 workers (tinyclip.workers), 1 of 1 servers (tinyclip.servers)",
                said.get(said.size() - 1));
        assertEquals(4, said.size());
    }
}
