package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.EPOCH;
import static io.tinyclip.actors.run.RunStateTest.PATIENCE;
import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.WEIGHTS;
import static io.tinyclip.actors.run.RunStateTest.done;
import static io.tinyclip.actors.run.RunStateTest.only;
import static io.tinyclip.actors.run.RunStateTest.origin;
import static io.tinyclip.actors.run.RunStateTest.policy;
import static io.tinyclip.actors.run.RunStateTest.stamp;
import static io.tinyclip.actors.run.RunStateTest.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.actors.simulation.SimulatedDisk;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.reduce.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run once waited for for ever though it need not, by the shortest schedules that show it. */
class ProtocolHangsTest {
    private static final Cursor START = new Cursor(0, Phase.INHERIT, 0);
    private static final long HOUR = 3_600_000_000_000L;
    private static final int HOURS = 100;
    private static final List<Lease> ALL_TO_0 = List.of(new Lease(0, 0, 4), new Lease(0, 4, 8));

    @ParameterizedTest
    @CsvSource({"1, 2, 1 of 2 workers", "2, 1, 1 of 2 servers"})
    void aNewLeaderGoesOnWithFewerMembersThanTheRunBeganWith(int workers, int servers, String said) {
        RunState second = waiting(origin(new Cursor(0, Phase.INHERIT, 2), Epoch.first(2)), workers, servers);
        assertEquals(List.of(), second.at(PATIENCE.toNanos() - 1).tick());
        List<RunEffect> effects = second.at(PATIENCE.toNanos()).tick();
        String line = only(RunEffect.Say.class, effects).line();
        assertTrue(line.contains("goes on with") && line.contains(said), line);
        assertEquals(
                servers, only(RunEffect.LoadShards.class, effects).servers().size());
    }

    @Test
    void aRunWithACheckpointGoesOnWithFewerMembersAlsoInItsFirstTerm() {
        RunOrigin found = origin(new Cursor(0, Phase.INHERIT, 2), EPOCH);
        RunState again = waiting(new RunOrigin(EPOCH, found.position(), Optional.of("digest"), found.parts()), 1, 1);
        only(RunEffect.LoadShards.class, again.at(HOUR).tick());
    }

    @Test
    void aFreshRunWaitsForAllOfItsMembers() {
        RunState fresh = waiting(origin(START, EPOCH), 1, 2);
        assertEquals(Set.of(), wantedWhile(fresh, stamp(0), Set.of()));
        only(RunEffect.LoadShards.class, fresh.workerJoined(1, new Workers.Identity("worker 1", "")));
    }

    @Test
    void aNewLeaderIsPatientFromTheFirstWorkerAndServerOn() {
        RunState second = waiting(origin(new Cursor(0, Phase.INHERIT, 2), Epoch.first(2)), 1, 0);
        assertEquals(List.of(), second.at(HOUR).tick());
        only(RunEffect.Survey.class, second.serverJoined(0, ""));
        assertEquals(List.of(), second.tick());
        only(RunEffect.LoadShards.class, second.at(HOUR + PATIENCE.toNanos()).tick());
    }

    @Test
    void othersComputeWhatAWorkerHadThatFreezesBetweenItsLastGradientAndItsSum() {
        RunState run = allTold();
        assertEquals(Set.of(ALL_TO_0), leasesWhile(run, stamp(0), Set.of(0)));
    }

    @Test
    void partitionsChangeHandsWhereAllAnswerAndASumDoesNotArrive() {
        Set<List<Lease>> leases = leasesWhile(allTold(), stamp(0), Set.of(0, 1));
        assertTrue(leases.contains(List.of(new Lease(1, 0, 4), new Lease(0, 4, 8))), leases.toString());
    }

    @Test
    void theRunEndsWithTheNamesOfBothWhereTheOnlyThirdWorkerFreezes() {
        RunState run = started(policy(true), START, 3, 1);
        Dispute.Question question = new Dispute.Question(new Node(3, 0), new Range(0, 64));
        Dispute.Answer first = new Dispute.Answer(0, 7);
        Dispute.Answer second = new Dispute.Answer(1, 8);
        run.at(1).disputed(new CoordinatorCommand.Disputed(stamp(0), question, first, second));
        Stamp again = stamp(EPOCH + 1, 0);
        only(RunEffect.SendStep.class, run.shardReady(again, 0, WEIGHTS));
        Set<RunEffect> wanted = wantedWhile(run, again, Set.of(0, 1));
        only(RunEffect.Recall.class, List.copyOf(wanted));
        List<String> waited =
                lines(wanted).stream().filter(line -> line.contains("worker 2")).toList();
        assertEquals(3, waited.size(), "it is waited for, and that is said, before all is given up");
        String reason =
                only(RunEffect.Fail.class, run.found(origin(START, EPOCH + 2))).reason();
        assertTrue(reason.contains("worker 0") && reason.contains("worker 1"), reason);
    }

    @Test
    void whoSitsOutIsTakenBackWhereTheOnlyOtherFreezes() {
        RunState run = withoutTheLate();
        assertEquals(Set.of(ALL_TO_0), leasesWhile(run, stamp(0), Set.of(0)));
    }

    @Test
    void whoSitsOutIsTakenBackWhereTheOnlyOtherAnswersButHangsInItsWork() {
        RunState run = withoutTheLate();
        Set<List<Lease>> leases = leasesWhile(run, stamp(0), Set.of(0, 1));
        assertTrue(leases.contains(ALL_TO_0), leases.toString());
    }

    @Test
    void whoJoinsTakesOverAtOnceFromTheOnlyWorkerWhereThatOneIsFrozen() {
        RunState run = started(policy(true), START, 1, 1);
        String line = only(RunEffect.Say.class, run.at(HOUR).tick()).line();
        assertTrue(line.contains("[worker 0]") && line.contains("3600.0 s"), line);
        run.at(HOUR + 1).workerJoined(1, new Workers.Identity("worker 1", ""));
        RunEffect.SendStep step =
                only(RunEffect.SendStep.class, run.at(HOUR + 2).tick());
        assertEquals(List.of(new Lease(1, 0, 8)), step.leases());
    }

    @Test
    void whereNobodyElseIsThereThatIsSaidAtGrowingIntervals() {
        RunState run = started(policy(true), START, 1, 1);
        List<String> lines = lines(wantedWhile(run, stamp(0), Set.of()));
        assertEquals(7, lines.size(), "after 1, 2, 4, ... 64 of 100 hours: " + lines);
        assertTrue(lines.get(6).contains(64 * 3600 + ".0 s"), lines.get(6));
    }

    @Test
    void stopsWithACheckpointWhereTheOnlyWorkerIsFrozen() {
        RunState run = started(policy(true), START, 1, 1);
        run.at(HOUR).tick();
        only(RunEffect.WriteCheckpoint.class, run.stop());
    }

    @Test
    void aCheckpointThatIsNeverWrittenIsSaidToBeWaitedFor() {
        RunState due = RunStateTest.loading(policy(true), new Cursor(0, Phase.INHERIT, 2), 2, 1);
        only(RunEffect.WriteCheckpoint.class, due.shardReady(stamp(2), 0, WEIGHTS));
        for (int p = 0; p < PLAN.partitions(); p++) {
            due.partitionDone(done(stamp(2), p < 4 ? 0 : 1, p, 1));
        }
        assertEquals(List.of(), due.reduced(stamp(2), 0, new double[] {1}, 0));
        String line = only(RunEffect.Say.class, due.at(HOUR).tick()).line();
        assertTrue(line.contains("checkpoint") && line.contains("disk"), line);
        assertEquals(List.of(), due.at(HOUR + 1).stop(), "its end is the step's end");
    }

    @Test
    void whatAServerOwesForLongIsSaid() {
        RunState loading = RunStateTest.loading(policy(true), START, 1, 2);
        loading.at(HOUR).shardReady(stamp(0), 1, WEIGHTS);
        String line = only(RunEffect.Say.class, loading.tick()).line();
        assertEquals("waiting for servers to load their shards, for 3600 s; done by 1", line);
        assertEquals(List.of(), loading.at(2 * HOUR - 1).tick());
        only(RunEffect.Say.class, loading.at(2 * HOUR).tick());
    }

    @Test
    void aCheckpointThatIsReadForLongIsWaitedForFromTheFirstMomentOn() {
        RunState begun = new RunState(new RunRules(PLAN, 2, 1, 1, policy(true)), SimulatedDisk.start());
        assertEquals(List.of(), begun.at(HOUR).tick(), "clocks begin anywhere");
        String line = only(RunEffect.Say.class, begun.at(2 * HOUR).tick()).line();
        assertEquals("waiting for the newest checkpoint to be read, for 3600 s", line);
    }

    private static RunState waiting(RunOrigin origin, int workers, int servers) {
        RunState state = new RunState(new RunRules(PLAN, 2, 2, 2, policy(true)), SimulatedDisk.start());
        state.found(origin);
        for (int i = 0; i < workers; i++) {
            state.workerJoined(i, new Workers.Identity("worker " + i, ""));
        }
        for (int i = 0; i < servers; i++) {
            state.serverJoined(i, "");
        }
        return state;
    }

    /** Both workers have told all gradients, and no sum has reached every shard. */
    private static RunState allTold() {
        RunState run = started(policy(true), START, 2, 1);
        for (int p = 0; p < PLAN.partitions(); p++) {
            run.at(1).reached(stamp(0), p < 4 ? 0 : 1, p, Reached.FEATURES);
            run.reached(stamp(0), p < 4 ? 0 : 1, p, Reached.LOG_SUM_EXPS);
            run.partitionDone(done(stamp(0), p < 4 ? 0 : 1, p, 1));
        }
        return run;
    }

    /** Worker 0 was late and sits out, so that worker 1 has all leases. */
    private static RunState withoutTheLate() {
        RunState run = started(policy(true), START, 2, 1);
        for (int p = 4; p < 8; p++) {
            run.at(1).reached(stamp(0), 1, p, Reached.FEATURES);
        }
        run.at(HOUR / 2).heard(stamp(0), 0, false);
        RunEffect.SendStep step = only(RunEffect.SendStep.class, run.tick());
        assertEquals(List.of(new Lease(1, 0, 4), new Lease(1, 4, 8)), step.leases());
        assertEquals(List.of(0), step.idle());
        return run;
    }

    private static List<String> lines(Set<RunEffect> effects) {
        List<String> lines = new ArrayList<>();
        for (RunEffect effect : effects) {
            if (effect instanceof RunEffect.Say say) {
                lines.add(say.line());
            }
        }
        return lines;
    }

    private static Set<List<Lease>> leasesWhile(RunState run, Stamp stamp, Set<Integer> answering) {
        Set<List<Lease>> leases = new LinkedHashSet<>();
        for (RunEffect effect : wantedWhile(run, stamp, answering)) {
            if (effect instanceof RunEffect.SendStep step) {
                leases.add(step.leases());
            }
        }
        assertEquals("stepping", run.describe(Integer::toString, 0).doing());
        return leases;
    }

    /** What is asked for in days in which some workers do answer, and tell nothing. */
    private static Set<RunEffect> wantedWhile(RunState run, Stamp stamp, Set<Integer> answering) {
        Set<RunEffect> wanted = new LinkedHashSet<>();
        for (int hour = 1; hour <= HOURS; hour++) {
            run.at(hour * HOUR);
            answering.forEach(worker -> run.heard(stamp, worker, false));
            wanted.addAll(run.tick());
        }
        return wanted;
    }
}
