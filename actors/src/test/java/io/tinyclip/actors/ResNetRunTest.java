package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.compute.ClipCompute;
import io.tinyclip.compute.GraphBudget;
import io.tinyclip.compute.Hold;
import io.tinyclip.compute.LoadingThreads;
import io.tinyclip.compute.TeacherCache;
import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VectorPool;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.random.Counter;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.text.Tokenizer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batch statistics must not know who computed a partition, nor how often. */
class ResNetRunTest {
    private static final int SIZE = 32;
    private static final int CONTEXT = 4;
    private static final ModelShape SHAPE = new ModelShape(
            8,
            Activation.GELU,
            new ResNet(SIZE, 4, 32, List.of(1, 1, 1, 1)),
            new TextTower(CONTEXT, Tokenizer.clip().vocabulary(), 8, 4, List.of(new LayerShape(2, 16))));
    private static final Pairs DATA = new Pairs();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1,1,ON,FP32", "2,2,ON,FP32", "3,1,OFF,FP32", "3,2,OFF,BF16"})
    void hasTheOraclesBits(int workers, int servers, Hold hold, Rounding rounding) throws Exception {
        RunPlan plan = Fixture.pretrain().with(new WirePlan(rounding, rounding, Rounding.FP32));
        RunSetup setup = setup(plan, workers, servers, hold);
        Outcome outcome = EmbeddedRunTest.finish(EmbeddedRun.start(setup, new Recorder()));
        assertEquals(new Outcome(Oracle.run(setup(plan, 1, 1, Hold.ON)).digests.get(0), true), outcome);
    }

    private RunSetup setup(RunPlan plan, int workers, int servers, Hold hold) {
        TokenRows rows = TokenRows.of(DATA.tokens(), SHAPE.text().vocabulary());
        Layout layout = Layout.of(SHAPE, rows.rows(), false, true);
        GraphBudget graphs = new GraphBudget(hold, 0);
        ClipCompute.Setup compute = new ClipCompute.Setup(
                plan,
                DATA,
                SHAPE,
                rows,
                Preprocessing.clip(SIZE),
                Precision.FP32,
                50,
                List.of(),
                new ClipCompute.Memory(graphs, new TeacherCache(0), new VectorPool(), LoadingThreads.NONE),
                ComputeDevice.CPU);
        return new RunSetup(
                plan,
                SHAPE,
                rows.rows(),
                () -> FloatVector.of(Initialization.random(layout, 3)),
                Collections.emptySortedMap(),
                workers,
                servers,
                2,
                () -> new ClipCompute(compute),
                new CheckpointStore(folder),
                2);
    }

    /** Noise, each under one of three words. */
    private static final class Pairs implements Dataset {
        private static final List<String> WORDS = List.of("red", "clock", "house");

        BitSet tokens() {
            BitSet tokens = new BitSet();
            forEachText(text -> {
                for (int token : Tokenizer.clip().encode(text, CONTEXT)) {
                    tokens.set(token);
                }
            });
            return tokens;
        }

        @Override
        public int size() {
            return 64;
        }

        @Override
        public String contentHash() {
            return "pairs";
        }

        @Override
        public Sample view(int index, long key, Preprocessing preprocessing) {
            byte[] rgb = new byte[3 * SIZE * SIZE];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) Counter.bits(key, i);
            }
            return new Sample(new RgbImage(SIZE, SIZE, rgb), WORDS.get(index % WORDS.size()));
        }

        @Override
        public long identity(int index) {
            return index % WORDS.size();
        }

        @Override
        public void forEachText(Consumer<String> text) {
            WORDS.forEach(text);
        }

        @Override
        public void close() {}
    }
}
