package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.data.Sampler;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.loss.LossReference;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VectorPool;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import io.tinyclip.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loss's terms through a small student. */
final class LossTermsComputeTest {
    private static final int BATCH = 16;
    private static final int PARTITIONS = 4;
    private static final double SCALE = 10;
    private static final long STUDENT = 3;
    private static final long TEACHER = 4;
    /** Along the gradient: far enough for the features' 24 bits, near enough for a straight line. */
    private static final double STEP = 4e-4;

    private static final Cursor CURSOR = new Cursor(0, Phase.DISTILL, 1);

    private final RandomPairs data = new RandomPairs();
    private final TokenRows rows = data.rows(8);
    private final LayerShape layer = new LayerShape(2, 24);
    private final ModelShape shape = new ModelShape(
            8,
            Activation.GELU,
            new VisionTransformer(8, 4, 12, 4, List.of(layer, layer)),
            new TextTower(8, Tokenizer.clip().vocabulary(), 8, 4, List.of(layer)));
    private final Layout layout = Layout.of(shape, rows.rows(), false, false);

    @ParameterizedTest
    @MethodSource("io.tinyclip.loss.LossTermsTest#plans")
    void gradientOfTheStudentIsTheSlopeOfTheLoss(LossPlan loss) {
        RunPlan plan = plan(loss);
        try (StepCompute compute = compute(plan)) {
            float[] weights = Initialization.random(layout, STUDENT);
            float[] gradient = gradient(compute, weights);
            double length = length(gradient);
            double up = reference(plan, features(compute, moved(weights, gradient, STEP / length)))
                    .loss(loss);
            double down = reference(plan, features(compute, moved(weights, gradient, -STEP / length)))
                    .loss(loss);
            assertEquals(length, (up - down) / (2 * STEP), 2e-3 * length);
        }
    }

    @ParameterizedTest
    @MethodSource("io.tinyclip.loss.LossTermsTest#plans")
    void reportedLossIsThatOfTheWholeBatch(LossPlan loss) {
        RunPlan plan = plan(loss);
        try (StepCompute compute = compute(plan)) {
            List<PartitionFeatures> all = features(compute, Initialization.random(layout, STUDENT));
            double sum = 0;
            double entropy = 0;
            for (Contribution part : contributions(compute, all)) {
                sum += part.loss();
                entropy += part.entropy();
            }
            LossReference reference = reference(plan, all);
            assertEquals(reference.loss(loss), sum, 1e-5 * sum);
            assertEquals(reference.entropy(loss), entropy, 1e-5 * sum);
        }
    }

    @Test
    void aTeacherThatNoTermAsksDoesNotCompute() {
        try (StepCompute compute = compute(plan(LossPlan.CONTRASTIVE))) {
            compute.install(CURSOR, layout, FloatVector.of(Initialization.random(layout, STUDENT)));
            PartitionFeatures features = compute.features(CURSOR, 0);
            assertEquals(List.of(), features.teachers());
        }
    }

    private List<PartitionFeatures> features(StepCompute compute, float[] weights) {
        compute.install(CURSOR, layout, FloatVector.of(weights));
        List<PartitionFeatures> all = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            all.add(compute.features(CURSOR, p));
        }
        return all;
    }

    private static List<Contribution> contributions(StepCompute compute, List<PartitionFeatures> all) {
        List<float[]> sums = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            sums.add(compute.logSumExps(CURSOR, p, all));
        }
        List<Contribution> contributions = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            contributions.add(compute.gradient(CURSOR, p, all, sums));
        }
        return contributions;
    }

    private float[] gradient(StepCompute compute, float[] weights) {
        float[] sum = new float[layout.size()];
        for (Contribution part : contributions(compute, features(compute, weights))) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part.gradient().onHost().get(i);
            }
        }
        return sum;
    }

    private static float[] moved(float[] weights, float[] gradient, double factor) {
        float[] moved = weights.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += (float) (factor * gradient[i]);
        }
        return moved;
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    private LossReference reference(RunPlan plan, List<PartitionFeatures> all) {
        Sampler sampler = new Sampler(data.size(), plan.seed(), BATCH, plan.views());
        long[] identities = new long[BATCH];
        for (int i = 0; i < BATCH; i++) {
            identities[i] = data.identity(sampler.index(plan.dataPosition(CURSOR), i));
        }
        return LossReference.of(all, identities, SCALE);
    }

    private static RunPlan plan(LossPlan loss) {
        return new RunPlan(
                        5,
                        BATCH,
                        PARTITIONS,
                        3,
                        List.of(new StagePlan(0.5, 10, 10)),
                        false,
                        new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5),
                        new MaskPlan(0.02, 0.02, 0.5, 1, 1))
                .with(loss);
    }

    private StepCompute compute(RunPlan plan) {
        List<Teacher> teachers = new ArrayList<>();
        for (int teacher = 0; teacher < plan.loss().teachers(); teacher++) {
            teachers.add(new Teacher(layout, FloatVector.of(Initialization.random(layout, TEACHER + teacher))));
        }
        return new ClipCompute(new ClipCompute.Setup(
                plan,
                data,
                shape,
                rows,
                Preprocessing.clip(8),
                Precision.FP32,
                SCALE,
                teachers,
                new ClipCompute.Memory(
                        new GraphBudget(Hold.AUTO, 1 << 20),
                        new TeacherCache(1 << 20),
                        new VectorPool(),
                        LoadingThreads.NONE),
                ComputeDevice.CPU));
    }
}
