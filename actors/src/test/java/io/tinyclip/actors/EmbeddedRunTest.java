package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.mask.Costs;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.rounding.Rounding;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedRunTest {
    private static final long SECONDS = 60;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1,1", "1,2", "2,1", "2,2", "2,3", "3,1", "3,2", "3,3", "5,1", "5,2", "5,3", "9,7"})
    void hasTheOraclesBitsWhateverTheWorkersAndServers(int workers, int servers) throws Exception {
        RunSetup setup = Fixture.setup(Fixture.compress(), workers, servers, folder);
        Recorder told = new Recorder();
        Outcome outcome = finish(EmbeddedRun.start(setup, told));
        Oracle oracle = Oracle.run(setup);
        assertEquals(oracle.losses, told.losses());
        assertEquals(oracle.digests, told.digests());
        assertEquals(new Outcome(oracle.digests.get(1), true), outcome);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,2", "2,7"})
    void inheritsStudentsChosenByHandToTheOraclesBits(int workers, int servers) throws Exception {
        Recorder told = requireOraclesBits(Fixture.setup(Fixture.manual(), workers, servers, folder));
        assertEquals(3, told.digests().size());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,2", "2,7"})
    void carriesMomentsThroughTransitionsToTheOraclesBits(int workers, int servers) throws Exception {
        Recorder told = requireOraclesBits(Fixture.setup(Fixture.carried(), workers, servers, folder));
        assertEquals(3, told.digests().size());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,2", "2,7"})
    void updatesMatricesByMuonToTheOraclesBits(int workers, int servers) throws Exception {
        RunSetup setup = Fixture.setup(Fixture.muon(), workers, servers, folder);
        Recorder told = requireOraclesBits(setup);
        RunPlan byAdamW = Fixture.carriedWithItsTable();
        assertNotEquals(Oracle.run(Fixture.setup(byAdamW, 1, 1, folder)).digests, told.digests());
    }

    @ParameterizedTest
    @CsvSource({"1,1,FRESH", "3,2,FRESH", "2,7,CARRIED", "1,3,CARRIED"})
    void factorisesTheTokenTableToTheOraclesBits(int workers, int servers, MomentTransfer moments) throws Exception {
        Recorder told = requireOraclesBits(Fixture.setup(Fixture.factorised(moments), workers, servers, folder));
        assertEquals(4, told.digests().size());
    }

    @ParameterizedTest
    @CsvSource({"1,1,FRESH", "3,2,FRESH", "2,7,CARRIED"})
    void cutsByCalibrationToTheOraclesBits(int workers, int servers, MomentTransfer moments) throws Exception {
        Recorder told = requireOraclesBits(Fixture.calibrated(moments, workers, servers, folder));
        assertEquals(4, told.digests().size());
    }

    @Test
    void endsAtOnceWhereItIsStoppedInTheMidstOfACutAndGoesOnWithIt() throws Exception {
        RunSetup setup = Fixture.calibrated(MomentTransfer.CARRIED, 2, 2, folder);
        CompletableFuture<EmbeddedRun> running = new CompletableFuture<>();
        RunSetup stopped = setup.with((layout, vector, widths, stage, wanted) -> {
            if (stage.keep() > 0.5) {
                return Fixture.cut(layout, vector, widths, stage, wanted);
            }
            running.join().stop();
            while (wanted.getAsBoolean()) {
                Thread.onSpinWait();
            }
            throw new CancellationException();
        });
        running.complete(EmbeddedRun.start(stopped, new Recorder()));
        assertFalse(finish(running.join()).finished());
        Recorder told = new Recorder();
        finish(EmbeddedRun.start(setup, told));
        assertEquals(
                Oracle.run(setup).digests, told.digests(), "it is told again of the student that it was stopped at");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,2", "2,7"})
    void inheritsTheLargestUnitsToTheOraclesBits(int workers, int servers) throws Exception {
        RunSetup setup = Fixture.byMagnitude(workers, servers, folder);
        Recorder told = requireOraclesBits(setup);
        assertNotEquals(Oracle.run(Fixture.setup(setup.plan(), 1, 1, folder)).digests, told.digests());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,2", "2,7"})
    void followsTheOneSidedPenaltyToTheOraclesBits(int workers, int servers) throws Exception {
        RunSetup setup = Fixture.setup(Fixture.oneSided(), workers, servers, folder);
        Recorder told = new Recorder();
        finish(EmbeddedRun.start(setup, told));
        Oracle oracle = Oracle.run(setup);
        assertEquals(oracle.losses, told.losses());
        assertEquals(oracle.digests, told.digests());
        Oracle twoSided = Oracle.run(Fixture.setup(Fixture.compress(), 1, 1, folder));
        assertNotEquals(twoSided.digests.get(0), told.digests().get(0));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,2"})
    void countsThePaddingToTheOraclesBits(int workers, int servers) throws Exception {
        RunSetup setup = Fixture.setup(Fixture.dense(), workers, servers, folder);
        Recorder told = requireOraclesBits(setup);
        assertNotEquals(Oracle.run(Fixture.setup(Fixture.compress(), 1, 1, folder)).digests, told.digests());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,2"})
    void dropsALayerForItsSecondsAndGoesOnToTheOraclesBits(int workers, int servers) throws Exception {
        RunSetup setup = Fixture.setup(Fixture.seconds(), workers, servers, folder);
        Recorder told = requireOraclesBits(setup);
        Costs costs = Costs.of(setup.plan().mask().budget(), Fixture.SHAPE);
        for (int stage = 0; stage < 2; stage++) {
            ModelShape student = told.stages.get(stage).layout().shape();
            assertTrue(costs.counted(student)
                    <= costs.target(setup.plan().stages().get(stage).keep()));
            assertTrue(
                    Stream.of(student.vision(), student.text())
                            .flatMap(tower -> tower.layers().stream())
                            .anyMatch(new LayerShape(0, 0)::equals),
                    student.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BF16,FP32,FP32,1,1",
        "BF16,FP32,FP32,2,3",
        "FP32,BF16,FP32,1,1",
        "FP32,BF16,FP32,3,2",
        "FP32,FP32,FP16,3,1",
        "BF16,BF16,FP16,1,2",
        "BF16,BF16,FP16,2,1",
        "BF16,BF16,FP16,5,3",
        "BF16,BF16,FP16,9,7"
    })
    void roundsToTheOraclesBitsWhateverTheWorkersAndServers(
            Rounding weights, Rounding gradients, Rounding features, int workers, int servers) throws Exception {
        RunPlan plan = Fixture.compress().with(new WirePlan(weights, gradients, features));
        RunSetup setup = Fixture.setup(plan, workers, servers, folder);
        Recorder told = new Recorder();
        finish(EmbeddedRun.start(setup, told));
        Oracle oracle = Oracle.run(setup);
        assertEquals(oracle.losses, told.losses());
        assertEquals(oracle.digests, told.digests());
        DataPlane plane = new EncodingPlane();
        RunSetup apart = Fixture.setup(plan, workers, servers, folder.resolve("apart"));
        Outcome outcome = finish(EmbeddedRun.startApart(apart, new Recorder(), () -> plane));
        assertEquals(new Outcome(oracle.digests.get(1), true), outcome);
        RunPlan wide = Fixture.compress();
        assertNotEquals(Oracle.run(Fixture.setup(wide, 1, 1, folder)).digests, told.digests());
    }

    @Test
    void pretrainsWithALearnedLogitScaleToTheOraclesBits() throws Exception {
        RunPlan plan = Fixture.pretrain();
        RunSetup setup = Fixture.setup(plan, 2, 2, folder);
        Recorder told = new Recorder();
        Outcome outcome = finish(EmbeddedRun.start(setup, told));
        assertEquals(new Outcome(Oracle.run(setup).digests.get(0), true), outcome);
        assertEquals(plan.start(), told.starts.get(0));
        assertEquals(6, told.steps.size());
        assertTrue(told.steps.stream().allMatch(step -> Double.isNaN(step.sparsityExpected())));
    }

    @Test
    void hasTheSameBitsWhenEveryMessageGoesThroughItsWireForm() throws Exception {
        RunSetup setup = Fixture.setup(Fixture.compress(), 3, 2, folder);
        Config wire = ConfigFactory.parseString("akka.actor.serialize-messages = on");
        Outcome outcome = finish(EmbeddedRun.start(setup, new Recorder(), wire));
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), outcome);
        Recorder told = new Recorder();
        finish(EmbeddedRun.start(Fixture.setup(Fixture.compress(), 1, 3, folder), told, wire));
        assertEquals(List.of(outcome.digest()), told.digests());
    }

    /** With every message in its wire form. */
    private static Recorder requireOraclesBits(RunSetup setup) throws Exception {
        Recorder told = new Recorder();
        finish(EmbeddedRun.start(setup, told, ConfigFactory.parseString("akka.actor.serialize-messages = on")));
        Oracle oracle = Oracle.run(setup);
        assertEquals(oracle.losses, told.losses());
        assertEquals(oracle.digests, told.digests());
        return told;
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        Set<Thread> running = ConcurrentHashMap.newKeySet();
        Recorder looking = new Recorder() {
            @Override
            public void stepCommitted(StepCommitted step) {
                running.addAll(threads());
            }
        };
        finish(EmbeddedRun.start(Fixture.setup(Fixture.pretrain(), 2, 2, folder), looking));
        assertFalse(running.isEmpty(), "threads of a run are known by their names");
        running.addAll(threads());
        for (Thread thread : running) {
            thread.join(TimeUnit.SECONDS.toMillis(SECONDS));
            assertFalse(thread.isAlive(), thread.getName());
        }
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tinyclip"))
                .toList();
    }

    static Outcome finish(EmbeddedRun run) throws Exception {
        return run.outcome().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }
}
