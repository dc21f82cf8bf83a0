package io.tinyclip.cluster.board;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.plane.Link;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BusiestLinksTest {
    /** All to all, the later machines with more: the first ones' links must not crowd theirs out. */
    private static final ClusterStatus MANY = new ClusterStatus(
            "one",
            Optional.empty(),
            IntStream.range(0, 300).mapToObj(BusiestLinksTest::member).toList(),
            List.of(),
            0);

    private static ClusterStatus.Member member(int number) {
        return new ClusterStatus.Member(
                Set.of(MemberRole.WORKER),
                "10.0.0.1:" + (4000 + number),
                ClusterStatus.State.ADMITTED,
                1,
                10,
                1 << 20,
                new ClusterStatus.Shares(1, 0, 0, 0),
                IntStream.range(0, 299)
                        .mapToObj(peer -> new Link("10.0.0.2:" + peer, 0, number, 1))
                        .toList(),
                0);
    }

    @Test
    void aPageIsToldOfTheBusiestLinksOfManyMachinesAndOfAllMachines() {
        LiveRun live = new LiveRun();
        live.takePart(() -> CompletableFuture.completedStage(Optional.of(MANY)));
        String json = live.json().toString();
        assertEquals(300, json.split("\"roles\"", -1).length - 1);
        assertEquals(400, json.split("\"peer\"", -1).length - 1);
        assertEquals(299, json.split("\"receivedBytes\":299", -1).length - 1);
    }

    @Test
    void fewLinksStayAsTheyAre() {
        ClusterStatus few = new ClusterStatus("one", Optional.empty(), List.of(member(3)), List.of(), 0);
        assertEquals(few, BusiestLinks.of(few, 400));
    }
}
