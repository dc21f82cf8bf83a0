package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tinyclip.files.Safetensors;
import io.tinyclip.model.Activation;
import io.tinyclip.model.Group;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.optimize.AdamW;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Rates;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The residual tower against tensors that open_clip wrote, see {@code scripts/reference/resnet.py}. */
class ResNetParityTest {
    private static final int BATCH = 3;
    private static final int EMBEDDING = 6;
    private static final int SIZE = 64;
    private static final double FORWARD = 1e-5;
    private static final double BACKWARD = 1e-4;
    private static final double ROUNDING = 1e-6;

    private final ModelShape shape = new ModelShape(
            EMBEDDING,
            Activation.GELU,
            new ResNet(SIZE, 2, 16, List.of(2, 1, 1, 1)),
            new TextTower(4, 8, 4, 4, List.of(new LayerShape(1, 8))));
    private final Layout layout = Layout.of(shape, 8, false, false);
    private final NDManager manager = Torch.newManager();
    private Safetensors reference;
    private float[] vector;

    @BeforeEach
    void read() throws URISyntaxException {
        reference =
                Safetensors.open(Path.of(Objects.requireNonNull(getClass().getResource("openclip-resnet.safetensors"))
                        .toURI()));
        vector = new float[layout.size()];
        Arrays.fill(vector, 0.1f);
        for (Segment segment : image()) {
            float[] values = reference.floats("weights." + bare(segment));
            assertEquals(segment.count(), values.length, segment.name());
            System.arraycopy(values, 0, vector, segment.offset(), values.length);
        }
    }

    @AfterEach
    void close() {
        reference.close();
        manager.close();
    }

    @Test
    void servesByTheRunningStatistics() {
        ClipKernel kernel = ClipKernel.compile(manager, layout, Precision.FP32);
        assertClose("evaluated", kernel.image(manager.create(vector), pixels()).toFloatArray(), FORWARD);
        assertClose("evaluated", kernel.encode(batch()).image().toFloatArray(), FORWARD);
    }

    @Test
    void trainsByTheBatchsMoments() {
        ClipKernel kernel = ClipKernel.compile(manager, layout, Precision.FP32);
        assertClose("trained", kernel.student(batch()).image().toFloatArray(), FORWARD);
        assertClose("trained", kernel.hold(batch()).image().toFloatArray(), FORWARD);
    }

    @Test
    void hasItsGradientAndItsRunningStatisticsBehindOneStep() {
        float[] gradient = ClipKernel.compile(manager, layout, Precision.FP32)
                .gradient(batch(), array("cotangent"), manager.zeros(new Shape(BATCH, EMBEDDING)), manager.create(1f))
                .toFloatArray();
        float[] updated = new float[vector.length];
        AdamW.State state = new AdamW.State(vector, updated, new float[vector.length], new float[vector.length]);
        new AdamW(new OptimizerPlan(0, 0, 0.9, 0.98, 1e-6, 0, 1))
                .apply(
                        layout,
                        new Range(0, layout.size()),
                        state,
                        gradient,
                        new AdamW.Update(new Rates(0, 0, 0, 0), 0.01f, 1));
        for (Segment segment : image()) {
            boolean statistics = segment.group() == Group.STATISTICS;
            float[] found = Arrays.copyOfRange(statistics ? updated : gradient, segment.offset(), segment.end());
            assertClose((statistics ? "after." : "gradient.") + bare(segment), found, BACKWARD);
        }
    }

    private ClipKernel.Batch batch() {
        NDArray tokens = manager.create(new long[] {1, 2, 1, 3, 1, 4}, new Shape(BATCH, 2));
        NDArray ends = manager.create(new long[] {1, 1, 1});
        return new ClipKernel.Batch(manager.create(vector), pixels(), tokens, ends, manager.create(new float[0]));
    }

    private NDArray pixels() {
        return manager.create(reference.floats("pixels"), new Shape(BATCH, 3, SIZE, SIZE));
    }

    private NDArray array(String name) {
        return manager.create(reference.floats(name), new Shape(BATCH, EMBEDDING));
    }

    private List<Segment> image() {
        return layout.segments().stream()
                .filter(segment -> segment.name().startsWith("visual."))
                .toList();
    }

    private static String bare(Segment segment) {
        return segment.name().substring("visual.".length());
    }

    private void assertClose(String name, float[] actual, double tolerance) {
        float[] expected = reference.floats(name);
        // A bias of the keys moves all scores of a query alike, so that its gradient is rounding on both sides.
        double largest = name.equals("gradient.attnpool.k_proj.bias") ? ROUNDING / tolerance : 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        assertTrue(difference <= tolerance * largest, name + " differs by " + difference + " of " + largest);
    }
}
