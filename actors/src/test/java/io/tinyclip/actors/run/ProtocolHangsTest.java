package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.EPOCH;
import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.WEIGHTS;
import static io.tinyclip.actors.run.RunStateTest.done;
import static io.tinyclip.actors.run.RunStateTest.only;
import static io.tinyclip.actors.run.RunStateTest.origin;
import static io.tinyclip.actors.run.RunStateTest.policy;
import static io.tinyclip.actors.run.RunStateTest.stamp;
import static io.tinyclip.actors.run.RunStateTest.started;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.simulation.SimulatedDisk;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.reduce.Node;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a run waits for for ever today though it need not, by the shortest schedules that show it. {@link SimulatedHelp}
 * helps out of just these; whoever mends one turns its test round and takes that help away.
 */
class ProtocolHangsTest {
    private static final Cursor START = new Cursor(0, Phase.INHERIT, 0);
    private static final long HOUR = 3_600_000_000_000L;
    private static final int HOURS = 100;

    /**
     * The run has begun with two workers and two servers; its leader and one other machine are gone. Right would be: a
     * leader that goes on with a run, and has waited for a while, takes those who are there.
     */
    @ParameterizedTest
    @CsvSource({"1, 2", "2, 1"})
    void hangsTodayWhenANewLeaderFindsFewerMembersThanTheRunBeganWith(int workers, int servers) {
        RunState second = new RunState(new RunRules(PLAN, 2, 2, 2, policy(true)), SimulatedDisk.start());
        second.found(origin(new Cursor(0, Phase.INHERIT, 2), Epoch.first(2)));
        for (int i = 0; i < workers; i++) {
            second.workerJoined(i, new Workers.Identity("worker " + i, ""));
        }
        for (int i = 0; i < servers; i++) {
            second.serverJoined(i);
        }
        assertEquals(Set.of(), wantedWhile(second, stamp(0), Set.of()));
        assertEquals("waiting", second.describe(Integer::toString).doing());
    }

    /**
     * Both workers have told all gradients; one freezes, and its sum has not reached every shard. Nobody counts as late, as
     * no partition is missing. Right would be: whoever holds a lease and answers nothing is late until all shards have
     * reduced, and worker 0 computes those partitions again.
     */
    @Test
    void hangsTodayWhenAWorkerFreezesBetweenItsLastGradientAndItsSum() {
        RunState run = started(policy(true), START, 2, 1);
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.at(1).reached(stamp(0), p < 4 ? 0 : 1, p, Reached.FEATURES);
            run.reached(stamp(0), p < 4 ? 0 : 1, p, Reached.LOG_SUM_EXPS);
            run.partitionDone(done(stamp(0), p < 4 ? 0 : 1, p, 1));
        }
        assertEquals(Set.of(List.of(new Lease(0, 0, 4), new Lease(1, 4, 8))), leasesWhile(run, stamp(0), Set.of(0)));
    }

    /**
     * Two workers dispute, and the only other one freezes before it has answered. Right would be: it counts as missing once
     * it is late, and the run ends with the two workers' names, as it does where the third is lost.
     */
    @Test
    void hangsTodayWhenTheOnlyThirdWorkerFreezes() {
        RunState run = started(policy(true), START, 3, 1);
        Dispute.Question question = new Dispute.Question(new Node(3, 0), new Range(0, 64));
        Dispute.Answer first = new Dispute.Answer(0, 7);
        Dispute.Answer second = new Dispute.Answer(1, 8);
        only(
                RunEffect.LoadShards.class,
                run.at(1).disputed(new CoordinatorCommand.Disputed(stamp(0), question, first, second)));
        Stamp again = stamp(EPOCH + 1, 0);
        only(RunEffect.SendStep.class, run.shardReady(again, 0, WEIGHTS));
        assertEquals(Set.of(List.of(new Lease(2, 0, 8))), leasesWhile(run, again, Set.of(0, 1)));
    }

    /**
     * A worker was late and sits out, so that the only other one has all leases; that one freezes. It is the only one who is
     * eligible, and so there are no others. Right would be: worker 1 gets leases, as it does where worker 0 is lost.
     */
    @Test
    void hangsTodayWhenTheOnlyWorkerThatDoesNotSitOutFreezes() {
        RunState run = started(policy(true), START, 2, 1);
        for (int p = 0; p < 4; p++) {
            run.at(1).reached(stamp(0), 0, p, Reached.FEATURES);
        }
        RunEffect.SendStep withoutTheLate =
                only(RunEffect.SendStep.class, run.at(HOUR / 2).tick());
        assertEquals(List.of(1), withoutTheLate.idle());
        assertEquals(Set.of(withoutTheLate.leases()), leasesWhile(run, stamp(0), Set.of(1)));
    }

    private static Set<List<Lease>> leasesWhile(RunState run, Stamp stamp, Set<Integer> answering) {
        Set<List<Lease>> leases = new LinkedHashSet<>();
        for (RunEffect effect : wantedWhile(run, stamp, answering)) {
            if (effect instanceof RunEffect.SendStep step) {
                leases.add(step.leases());
            } else {
                assertEquals(RunEffect.SendReduce.class, effect.getClass());
            }
        }
        assertEquals("stepping", run.describe(Integer::toString).doing());
        return leases;
    }

    /** What is asked for in days in which some workers do answer. */
    private static Set<RunEffect> wantedWhile(RunState run, Stamp stamp, Set<Integer> answering) {
        Set<RunEffect> wanted = new LinkedHashSet<>();
        for (int hour = 1; hour <= HOURS; hour++) {
            run.at(hour * HOUR);
            answering.forEach(worker -> run.heard(stamp, worker, false));
            wanted.addAll(run.tick());
            run.remind();
            wanted.addAll(run.remind());
        }
        return wanted;
    }
}
