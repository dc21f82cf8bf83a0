package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.EPOCH;
import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.WEIGHTS;
import static io.tinyclip.actors.run.RunStateTest.only;
import static io.tinyclip.actors.run.RunStateTest.policy;
import static io.tinyclip.actors.run.RunStateTest.stamp;
import static io.tinyclip.actors.run.RunStateTest.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.lease.LeasePolicy;
import io.tinyclip.actors.lease.Shares;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.RunEffect.SendStep;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.actors.simulation.SimulatedDisk;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.step.LeftOut;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Leases that follow the speeds of workers, and workers without any. */
class RunLeasesTest {
    private static final Cursor START = new Cursor(0, Phase.INHERIT, 0);
    private static final long MILLI = 1_000_000;

    @Test
    void leasesFollowTheSpeedsThatWorkersShowBetweenSteps() {
        SpeedRun run = new SpeedRun(new LeasePolicy(true, 0), 2);
        for (int step = 0; step < 5; step++) {
            assertEquals(List.of(new Lease(0, 0, 4), new Lease(1, 4, 8)), run.step.leases(), "step " + step);
            run.commit(Map.of(0, 30 * MILLI, 1, 10 * MILLI));
        }
        assertEquals(List.of(new Lease(0, 0, 2), new Lease(1, 2, 8)), run.step.leases());
    }

    @Test
    void leasesStayEqualWhereThePolicySaysSo() {
        SpeedRun run = new SpeedRun(LeasePolicy.EQUAL, 2);
        for (int step = 0; step < 8; step++) {
            run.commit(Map.of(0, 30 * MILLI, 1, 10 * MILLI));
            assertEquals(List.of(new Lease(0, 0, 4), new Lease(1, 4, 8)), run.step.leases(), "step " + step);
        }
    }

    @Test
    void aSpareTakesOverInTheSameStepAllThatADeadWorkerHad() {
        RunState run = started(policy(true), START, PLAN.partitions() + 2, 1);
        SendStep taken = only(SendStep.class, run.workerLost(3));
        assertEquals(1, taken.attempt());
        List<Lease> before = firstStep().leases();
        List<Lease> kept = new ArrayList<>(taken.leases());
        kept.removeAll(before);
        List<Integer> spares = firstStep().idle();
        assertEquals(1, kept.size(), () -> "only one lease has changed hands: " + taken.leases());
        assertTrue(spares.contains(kept.get(0).worker()), () -> "a spare has it: " + kept);
        assertEquals(1, taken.idle().size(), "the other spare is still one");
    }

    @Test
    void sparesAreToldThatTheyAreIdle() {
        SendStep first = firstStep();
        assertEquals(2, first.idle().size());
        assertTrue(
                first.receivers().containsAll(first.idle()),
                "each of them hears of the step, and says that it is there");
    }

    /** With two workers a half each, and a spare that has nothing to do: it is done first. */
    @Test
    void aSpareOfFewWorkersTakesOverAllOfAHalf() {
        RunState run = started(policy(true), START, 2, 1);
        run.workerJoined(2, new Workers.Identity("spare", ""));
        SendStep taken = only(SendStep.class, run.workerLost(1));
        assertEquals(List.of(new Lease(0, 0, 4), new Lease(2, 4, 8)), taken.leases());
    }

    @Test
    void aStepThatChangedHandsMeasuresNobodyAsItIsNotKnownWhoComputedForHowLong() {
        StepUnderWay step = new StepUnderWay(2, 1, Shares.EQUAL);
        step.grant(List.of(new Lease(0, 0, 2)), 0);
        step.speeds().computed(0, 0, 500 * MILLI);
        step.speeds().computed(0, 1, 1000 * MILLI);
        assertEquals(Map.of(0, 2.0), step.measured());
        step.grant(List.of(new Lease(0, 0, 2)), 0);
        assertEquals(Map.of(), step.measured());
    }

    @ParameterizedTest
    @CsvSource({
        "fair, 0, 'leases [fair] must be one of speed, equal'",
        "speed, NaN, recompute [NaN] must be from 0 to 1"
    })
    void refusesOtherPolicies(String leases, String recompute, String said) {
        Config config = ConfigFactory.parseString(
                "tinyclip.actors { leases = " + leases + ", recompute = \"" + recompute + "\" }");
        String message = assertThrows(InvalidInputException.class, () -> LeasePolicy.of(config))
                .getMessage();
        assertTrue(message.contains(said), message);
    }

    @Test
    void leasesFollowSpeedsUnlessToldOtherwise() {
        assertEquals(new LeasePolicy(true, 0), LeasePolicy.of(ConfigFactory.load()));
    }

    /** The first step of a run with two workers more than partitions. */
    private static SendStep firstStep() {
        RunState state = RunStateTest.loading(policy(true), START, PLAN.partitions() + 2, 1);
        return only(SendStep.class, state.shardReady(RunStateTest.at(START).stamp(EPOCH), 0, WEIGHTS));
    }

    /** A run of many steps that are alike. */
    private static final class SpeedRun {
        private static final RunPlan LONG = new RunPlan(
                1,
                32,
                PLAN.partitions(),
                4,
                List.of(new StagePlan(0.75, 100, 3)),
                false,
                PLAN.optimizer(),
                PLAN.mask());

        private final RunState state;
        private SendStep step;

        SpeedRun(LeasePolicy leases, int workers) {
            RunPolicy policy = new RunPolicy(true, false, policy(true).deadline(), RunStateTest.PATIENCE).with(leases);
            state = new RunState(new RunRules(LONG, 1000, workers, 1, policy), SimulatedDisk.start());
            for (int worker = 0; worker < workers; worker++) {
                state.workerJoined(worker, new Workers.Identity("worker " + worker, ""));
            }
            state.serverJoined(0, "");
            state.found(RunStateTest.origin(START, EPOCH));
            step = only(SendStep.class, state.shardReady(stamp(0), 0, WEIGHTS));
        }

        /** Every worker computes what it is leased. @param nanos that each needs for a partition */
        void commit(Map<Integer, Long> nanos) {
            Stamp at = step.stamp();
            Map<Integer, Long> computed = new HashMap<>();
            for (Lease lease : step.leases()) {
                for (int p = lease.from(); p < lease.to(); p++) {
                    long spent = computed.merge(lease.worker(), nanos.get(lease.worker()), Long::sum);
                    state.partitionDone(
                            new CoordinatorCommand.PartitionDone(at, lease.worker(), p, 1, 0, spent, LeftOut.NONE));
                }
            }
            only(RunEffect.SendCommit.class, state.reduced(at, 0, new double[] {1}, 0));
            step = only(SendStep.class, state.shardReady(stamp(at.cursor().step() + 1), 0, WEIGHTS));
        }
    }
}
