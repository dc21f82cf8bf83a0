package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.EPOCH;
import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.WEIGHTS;
import static io.tinyclip.actors.run.RunStateTest.done;
import static io.tinyclip.actors.run.RunStateTest.only;
import static io.tinyclip.actors.run.RunStateTest.stamp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Servers that are lost while others keep copies of what they have. */
class RunCopiesTest {
    private static final Cursor START = new Cursor(0, Phase.INHERIT, 0);
    private static final Published COPY = new Published(handle("w"), handle("w"), handle("m"), handle("v"));

    private final RunState run = start(3);

    @Test
    void keepersAreAskedBeforeTheFirstStepAndNothingIsCommittedBeforeTheyHaveTheirCopies() {
        assertEquals(List.of(), computed(EPOCH, 0, 3), "copies are being fetched from this version");
        assertEquals(List.of(), run.copyFilled(stamp(0), 0));
        assertEquals(List.of(), run.copyFilled(stamp(0), 1));
        assertEquals(
                stamp(1),
                only(RunEffect.SendCommit.class, run.copyFilled(stamp(0), 2))
                        .order()
                        .next());
    }

    @Test
    void copiesThatAreMissingAreAskedForAgain() {
        run.copyFilled(stamp(0), 1);
        run.remind();
        RunEffect.KeepCopies again = only(RunEffect.KeepCopies.class, run.remind());
        assertEquals(List.of(0, 2), again.shards());
        assertEquals(
                List.of(OptionalInt.of(1), OptionalInt.of(2), OptionalInt.of(0)),
                again.map().keepers());
    }

    @Test
    void copiesAreMadeOncePerMap() {
        List<RunEffect> next = commit(EPOCH, 0, 3);
        assertTrue(next.stream().noneMatch(RunEffect.KeepCopies.class::isInstance));
        assertEquals(
                List.of(OptionalInt.of(1), OptionalInt.of(2), OptionalInt.of(0)),
                only(RunEffect.SendReduce.class, next).map().keepers());
    }

    @Test
    void copyStandsInForWhoeverIsLostInAStepWhichIsComputedAgain() {
        commit(EPOCH, 0, 3);
        RunEffect.StandIn ask = only(RunEffect.StandIn.class, run.serverLost(1));
        assertEquals(new RunEffect.StandIn(stamp(1), stamp(1), 1, 2), ask);
        assertEquals(List.of(), run.shardReady(stamp(1), 1, WEIGHTS), "whoever is lost is not heard any more");
        RunEffect.LoadShards load = only(RunEffect.LoadShards.class, run.copyReady(stamp(1), 1, Optional.of(COPY)));
        assertEquals(stamp(EPOCH + 1, 1), load.stamp(), "no step is lost");
        assertEquals(List.of(0, 2), load.servers());
        assertEquals(
                List.of(WEIGHTS.master(), COPY.master(), WEIGHTS.master()),
                load.parts().stream().map(Part::weights).toList());
        List<RunEffect> step = allReady(EPOCH + 1, 1, 2);
        assertEquals(
                List.of(OptionalInt.of(2), OptionalInt.of(0)),
                only(RunEffect.KeepCopies.class, step).map().keepers(),
                "those who are left keep each other's");
        only(RunEffect.SendStep.class, step);
    }

    @Test
    void copyStandsInWhileAllCommitAndTheCommitGoesOn() {
        fill();
        computed(EPOCH, 0, 3);
        run.shardReady(stamp(1), 1, WEIGHTS);
        RunEffect.StandIn ask = only(RunEffect.StandIn.class, run.serverLost(1));
        assertEquals(stamp(1), ask.version(), "the version that all go to");
        assertEquals(List.of(), run.shardReady(stamp(1), 0, WEIGHTS));
        assertEquals(List.of(), run.shardReady(stamp(1), 2, WEIGHTS), "what is lost is not there");
        assertEquals(List.of(), run.shardReady(stamp(1), 1, WEIGHTS), "nor was it said late");
        List<RunEffect> committed = run.copyReady(stamp(1), 1, Optional.of(COPY));
        only(RunEffect.TellStep.class, committed);
        RunEffect.LoadShards load = only(RunEffect.LoadShards.class, committed);
        assertEquals(stamp(EPOCH + 1, 1), load.stamp());
        assertEquals(COPY.master(), load.parts().get(1).weights());
    }

    @Test
    void copyIsAskedForAgainBesideTheCommit() {
        fill();
        computed(EPOCH, 0, 3);
        run.serverLost(1);
        run.remind();
        List<RunEffect> again = run.remind();
        only(RunEffect.SendCommit.class, again);
        only(RunEffect.StandIn.class, again);
    }

    @Test
    void copyStandsInForWhomOthersLoadFrom() {
        fill();
        run.serverJoined(3, "");
        commit(EPOCH, 0, 3);
        RunEffect.StandIn ask = only(RunEffect.StandIn.class, run.serverLost(0));
        assertEquals(
                new RunEffect.StandIn(stamp(EPOCH + 1, 1), stamp(1), 0, 1), ask, "by the copy of the epoch before");
        assertEquals(List.of(), run.serverLost(3), "it would only have loaded");
        RunEffect.LoadShards load = only(RunEffect.LoadShards.class, run.copyReady(stamp(1), 0, Optional.of(COPY)));
        assertEquals(stamp(EPOCH + 2, 1), load.stamp());
        assertEquals(List.of(1, 2), load.servers());
        assertEquals(COPY.master(), load.parts().get(0).weights());
    }

    @Test
    void twoThatAreLostAreStoodInForWhereTheirKeepersLive() {
        RunState four = start(4);
        for (int shard = 0; shard < 4; shard++) {
            four.copyFilled(stamp(0), shard);
        }
        only(RunEffect.StandIn.class, four.serverLost(0));
        List<Integer> keepers = four.serverLost(2).stream()
                .map(RunEffect.StandIn.class::cast)
                .map(RunEffect.StandIn::keeper)
                .toList();
        assertEquals(List.of(1, 3), keepers);
        assertEquals(List.of(), four.copyReady(stamp(0), 2, Optional.of(COPY)));
        assertEquals(
                List.of(1, 3),
                only(RunEffect.LoadShards.class, four.copyReady(stamp(0), 0, Optional.of(COPY)))
                        .servers());
    }

    @Test
    void allGoBackWhereAKeeperIsLostAsWell() {
        fill();
        only(RunEffect.StandIn.class, run.serverLost(0));
        assertEquals(
                new RunEffect.Recall(EPOCH + 1, OptionalLong.empty()), only(RunEffect.Recall.class, run.serverLost(1)));
        assertEquals(List.of(), run.copyReady(stamp(0), 0, Optional.of(COPY)), "too late");
    }

    @Test
    void allGoBackWhereTheCopyIsNotWholeYetOrIsGone() {
        run.copyFilled(stamp(0), 1);
        only(RunEffect.Recall.class, run.serverLost(0));
        RunState other = start(3);
        other.copyFilled(stamp(0), 0);
        only(RunEffect.StandIn.class, other.serverLost(0));
        assertEquals(List.of(), other.copyReady(stamp(0), 1, Optional.empty()), "of another shard");
        only(RunEffect.Recall.class, other.copyReady(stamp(0), 0, Optional.empty()));
    }

    @Test
    void oneServerThatIsLeftGoesOnAloneAndThatIsSaid() {
        RunState two = start(2);
        two.copyFilled(stamp(0), 0);
        two.copyFilled(stamp(0), 1);
        two.serverLost(1);
        two.copyReady(stamp(0), 1, Optional.of(COPY));
        List<RunEffect> alone = two.shardReady(stamp(EPOCH + 1, 0), 0, WEIGHTS);
        assertTrue(only(RunEffect.Say.class, alone).line().contains("nobody keeps a copy"));
        assertEquals(
                List.of(OptionalInt.empty()),
                only(RunEffect.SendReduce.class, alone).map().keepers());
    }

    @Test
    void withoutCopiesNobodyIsAsked() {
        RunState none = RunStateTest.started(RunStateTest.policy(true), START, 2, 2);
        only(RunEffect.Recall.class, none.serverLost(1));
    }

    private static RunState start(int servers) {
        RunPolicy policy = new RunPolicy(true, false, RunStateTest.DEADLINE, RunStateTest.PATIENCE).withCopyLag(4);
        return RunStateTest.started(policy, START, 2, servers);
    }

    private void fill() {
        for (int shard = 0; shard < 3; shard++) {
            run.copyFilled(stamp(0), shard);
        }
    }

    private List<RunEffect> computed(long epoch, int step, int servers) {
        Stamp stamp = stamp(epoch, step);
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.partitionDone(done(stamp, p < 4 ? 0 : 1, p, 1));
        }
        for (int shard = 0; shard < servers - 1; shard++) {
            run.reduced(stamp, shard, new double[] {1}, 0);
        }
        return run.reduced(stamp, servers - 1, new double[] {1}, 0);
    }

    private List<RunEffect> commit(long epoch, int step, int servers) {
        fill();
        computed(epoch, step, servers);
        return allReady(epoch, step + 1, servers);
    }

    private List<RunEffect> allReady(long epoch, int step, int servers) {
        for (int shard = 0; shard < servers - 1; shard++) {
            run.shardReady(stamp(epoch, step), shard, WEIGHTS);
        }
        return run.shardReady(stamp(epoch, step), servers - 1, WEIGHTS);
    }

    private static Handle handle(String key) {
        return new Handle("keeper", key, 16);
    }
}
