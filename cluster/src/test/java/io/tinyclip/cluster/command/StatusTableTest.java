package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.cluster.board.StatusJson;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StatusTableTest {
    private static final ClusterStatus STATUS = new ClusterStatus(
            "one",
            Optional.of(new ClusterStatus.Run(
                    "tiny-1",
                    3,
                    "running",
                    Optional.of(new Cursor(1, Phase.DISTILL, 7)),
                    48,
                    125,
                    2.5,
                    List.of(new ClusterStatus.Shard(new Range(0, 65_536), "10.0.0.6:4000")),
                    12,
                    5)),
            List.of(new ClusterStatus.Member(
                    Set.of(MemberRole.SERVER, MemberRole.WORKER),
                    "10.0.0.6:4000",
                    ClusterStatus.State.ADMITTED,
                    4,
                    47.7,
                    3L << 30,
                    new ClusterStatus.Shares(0.9, 0.05, 0.03, 0.02),
                    List.of(new Link("10.0.0.5:4001", 1_000_000, 200_000_000, 500_000_000L)),
                    2)),
            List.of(new ClusterStatus.Broken(
                    Set.of(MemberRole.WORKER),
                    "10.0.0.7:4000",
                    new Breakdown(Breakdown.Cause.MACHINE, "the disk is full"))),
            3);

    @Test
    void tellsRunMembersAndLinksInLines() {
        List<String> lines = StatusTable.of(STATUS).lines().toList();
        assertEquals("run tiny-1, term 3: running, stage 2, distill, step 48 of 125, 2.50 steps/s", lines.get(0));
        assertEquals("12 samples left out so far, see bad-samples.jsonl in the run folder", lines.get(1));
        assertEquals(
                "5 messages to the coordinator were out of bounds and refused; see its log for whose", lines.get(2));
        assertEquals("shard 0 to 65,536 at 10.0.0.6:4000", lines.get(3));
        assertTrue(
                lines.get(6).matches("worker,server +10.0.0.6:4000 +admitted +4 +47.7 +3.0 GiB +90%, 5%, 3%, 2%"),
                lines.get(6));
        assertEquals("broken down: 10.0.0.7:4000 as worker: the disk is full", lines.get(7));
        assertEquals("3 messages refused of those who may not say them; the leader's log says whose", lines.get(8));
        assertEquals("link 10.0.0.6:4000 from 10.0.0.5:4001: 200.0 MB at 400.0 MB/s; to it 1.0 MB", lines.get(9));
        assertEquals("10.0.0.6:4000 refused 2 messages that were out of bounds; see its log", lines.get(10));
    }

    @Test
    void saysThatNobodyLeads() {
        ClusterStatus none = new ClusterStatus("one", Optional.empty(), List.of(), List.of(), 0);
        assertEquals(
                "cluster one: no coordinator leads a run just now",
                StatusTable.of(none).strip());
    }

    @Test
    void linksOfManyMachinesDoNotHideTheTable() {
        ClusterStatus.Member one = STATUS.members().get(0);
        List<Link> links = IntStream.range(0, 30)
                .mapToObj(peer -> new Link("10.0.0.5:" + (4001 + peer), 0, peer * 1_000_000L, 1))
                .toList();
        ClusterStatus.Member many = new ClusterStatus.Member(
                one.roles(),
                one.address(),
                one.state(),
                one.partitions(),
                one.pairsPerSecond(),
                one.memoryBytes(),
                one.shares(),
                links,
                0);
        String text = StatusTable.of(new ClusterStatus("one", Optional.empty(), List.of(many), List.of(), 0));
        assertEquals(24, text.lines().filter(line -> line.startsWith("link ")).count());
        assertTrue(text.contains("from 10.0.0.5:4030: 29.0 MB"), text);
        assertTrue(text.endsWith("6 further links, over which less has come; --json tells them\n"), text);
    }

    @Test
    void hasTheSameInJson() {
        JsonObject json = StatusJson.of(STATUS);
        assertEquals(48, json.getAsJsonObject("run").get("step").getAsInt());
        assertEquals(12, json.getAsJsonObject("run").get("badSamples").getAsLong());
        JsonObject member = json.getAsJsonArray("members").get(0).getAsJsonObject();
        assertEquals("worker,server", member.get("roles").getAsString());
        assertEquals(0.9, member.getAsJsonObject("time").get("computing").getAsDouble());
        JsonObject link = member.getAsJsonArray("links").get(0).getAsJsonObject();
        assertEquals(400, link.get("receivedMegabytesPerSecond").getAsDouble());
        JsonObject broken = json.getAsJsonArray("broken").get(0).getAsJsonObject();
        assertEquals("10.0.0.7:4000", broken.get("address").getAsString());
        assertEquals("machine", broken.get("cause").getAsString());
        assertEquals("the disk is full", broken.get("reason").getAsString());
    }
}
