package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.model.FloatVector;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real parameter servers that die at any step, while others keep copies of what they hold: no step comes again, and the bits
 * are those of the plain loop, whether the update was skipped, the layout has just changed, or much or nothing was folded.
 */
class ServerDeathTest {
    @TempDir
    Path folder;

    /** In the first step, at the end of masks, at that of a stage, and where it is folded at once and late. */
    @ParameterizedTest
    @CsvSource({"0, 1", "3, 4", "4, 2", "6, 4", "10, 1"})
    void deathOfOneCostsNoCommittedStep(int afterStep, int lag) throws Exception {
        check(Fixture.compress(), FakeCompute::new, lag, List.of(afterStep));
    }

    @ParameterizedTest
    @CsvSource({"2, 4", "3, 1"})
    void copyHasTheBitsOfRoundedGradientsAndOfSkippedSteps(int afterStep, int lag) throws Exception {
        WirePlan rounded = new WirePlan(Rounding.BF16, Rounding.BF16, Rounding.BF16);
        check(Fixture.compress().with(rounded), InfiniteOnce::new, lag, List.of(afterStep));
    }

    @ParameterizedTest
    @CsvSource("5, 4")
    void momentsThatGoAlongAreInTheCopy(int afterStep, int lag) throws Exception {
        check(Fixture.carried(), FakeCompute::new, lag, List.of(afterStep, afterStep + 3));
    }

    @ParameterizedTest
    @CsvSource("5, 4")
    void copyFollowsMuonAsTheServerDoes(int afterStep, int lag) throws Exception {
        check(Fixture.muon(), FakeCompute::new, lag, List.of(afterStep, afterStep + 3));
    }

    private void check(RunPlan plan, Supplier<StepCompute> compute, int lag, List<Integer> deaths) throws Exception {
        RunSetup setup = Fixture.setup(plan, 1, 4, folder, compute);
        Oracle oracle = Oracle.run(setup);
        try (LivingRun living = new LivingRun()) {
            Deque<ActorRef<ServerCommand>> servers = new ArrayDeque<>();
            IntStream.range(0, 4).forEach(i -> servers.add(living.server(setup)));
            Recorder told = living.begin(setup, LivingRun.policy().withCopyLag(lag), step -> {
                if (deaths.contains(step - 1)) {
                    living.kit().stop(servers.remove());
                }
            });
            servers.forEach(living::join);
            living.joinWorker(living.worker(setup));
            String digest = oracle.digests.get(oracle.digests.size() - 1);
            assertEquals(new Outcome(digest, true), living.outcome());
            assertEquals(oracle.losses, told.losses(), "no step came again");
            assertEquals(1, told.starts.size(), "nobody went back");
        }
    }

    /** The gradient of one step is not finite, so that its update is skipped. */
    private static final class InfiniteOnce extends FakeCompute {
        private static final Cursor SKIPPED = new Cursor(0, Phase.INHERIT, 2);

        @Override
        public Contribution gradient(
                Cursor cursor, int partition, List<PartitionFeatures> all, List<float[]> logSumExps) {
            Contribution share = super.gradient(cursor, partition, all, logSumExps);
            if (!cursor.equals(SKIPPED) || partition > 0) {
                return share;
            }
            float[] infinite = share.gradient().onHost().toArray();
            infinite[0] = Float.POSITIVE_INFINITY;
            return new Contribution(FloatVector.of(infinite), share.loss(), share.entropy());
        }
    }
}
