package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VectorPool;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import io.tinyclip.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResNetComputeTest {
    private static final int BATCH = 16;
    private static final Cursor FIRST = new Cursor(0, Phase.PRETRAIN, 0);

    private final RandomPairs data = new RandomPairs();
    private final TokenRows rows = data.rows(8);
    private final ModelShape shape = new ModelShape(
            8,
            Activation.GELU,
            new ResNet(32, 4, 32, List.of(1, 1, 1, 1)),
            new TextTower(8, Tokenizer.clip().vocabulary(), 8, 4, List.of(new LayerShape(2, 24))));
    private final Layout layout = Layout.of(shape, rows.rows(), false, true);

    @Test
    void theSumHoldsThePartitionsMeanOfTheirMoments() {
        // Where the input is the pictures alone, the mean over partitions of their means is the batch's own.
        Segment mean = layout.segment("visual.bn1.running_mean");
        Segment variance = layout.segment("visual.bn1.running_var");
        float[] whole = gradient(1, Hold.ON);
        for (int partitions : new int[] {2, 4}) {
            float[] cut = gradient(partitions, Hold.ON);
            assertArrayEquals(of(mean, whole), of(mean, cut), 1e-6f);
            assertArrayEquals(of(variance, whole), of(variance, cut), 1e-2f);
            assertFalse(Arrays.equals(of(variance, whole), of(variance, cut)), "variances are a partition's own");
        }
    }

    @Test
    void holdingAndRecomputingGiveTheSameBits() {
        assertArrayEquals(gradient(4, Hold.ON), gradient(4, Hold.OFF));
    }

    @Test
    void refusesPartitionsWithoutAVariance() {
        String message = assertThrows(InvalidInputException.class, () -> compute(BATCH, Hold.ON))
                .getMessage();
        assertTrue(message.startsWith("partitions of [1] pair and pictures of [32] pixels"), message);
    }

    private static float[] of(Segment segment, float[] values) {
        return Arrays.copyOfRange(values, segment.offset(), segment.end());
    }

    private float[] gradient(int partitions, Hold hold) {
        try (StepCompute compute = compute(partitions, hold)) {
            compute.install(FIRST, layout, FloatVector.of(Initialization.random(layout, 3)));
            List<PartitionFeatures> all = new ArrayList<>();
            List<float[]> sums = new ArrayList<>();
            for (int p = 0; p < partitions; p++) {
                all.add(compute.features(FIRST, p));
            }
            for (int p = 0; p < partitions; p++) {
                sums.add(compute.logSumExps(FIRST, p, all));
            }
            TreeSum<FloatVector> tree = TreeSum.of(partitions);
            for (int p = 0; p < partitions; p++) {
                tree.give(
                        new Node(0, p),
                        compute.gradient(FIRST, p, all, sums).gradient().onHost());
            }
            return tree.total().orElseThrow().toArray();
        }
    }

    private StepCompute compute(int partitions, Hold hold) {
        RunPlan plan = new RunPlan(
                5,
                BATCH,
                partitions,
                3,
                List.of(new StagePlan(1, 0, 10)),
                true,
                new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5),
                new MaskPlan(0.02, 0.02, 0.5, 1, 1));
        return new ClipCompute(new ClipCompute.Setup(
                plan,
                data,
                shape,
                rows,
                Preprocessing.clip(32),
                Precision.FP32,
                50,
                List.of(),
                new ClipCompute.Memory(
                        new GraphBudget(hold, 1 << 20),
                        new TeacherCache(1 << 20),
                        new VectorPool(),
                        LoadingThreads.NONE),
                ComputeDevice.CPU));
    }
}
