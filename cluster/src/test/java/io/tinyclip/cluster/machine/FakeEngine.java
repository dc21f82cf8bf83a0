package io.tinyclip.cluster.machine;

import io.tinyclip.calibrate.Calibration;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.engine.Capabilities;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.inherit.SilencedLoss;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import io.tinyclip.random.Counter;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** Arithmetic in place of tensors: gradients and embeddings that depend on the weights and on nothing that changes. */
public final class FakeEngine implements Engine {
    private static final int EMBEDDING = 4;

    private final AtomicInteger gradientsLeft;
    private final String answer;
    private final Capabilities capabilities;
    private int measures;

    /** @param gradients after so many the compute breaks, as a machine would */
    public FakeEngine(int gradients) {
        this(gradients, "two");
    }

    /** @param answer to the one question that tells numeric classes apart */
    public FakeEngine(int gradients, String answer) {
        this(gradients, answer, new Capabilities("beads", false));
    }

    /** @param capabilities of the machine that it stands for */
    public FakeEngine(int gradients, String answer, Capabilities capabilities) {
        this.gradientsLeft = new AtomicInteger(gradients);
        this.answer = answer;
        this.capabilities = capabilities;
    }

    public FakeEngine() {
        this(Integer.MAX_VALUE);
    }

    @Override
    public Engine on(ComputeDevice device) {
        return this;
    }

    @Override
    public String version() {
        return "arithmetic 1";
    }

    @Override
    public String device() {
        return "abacus";
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public Map<String, String> answers(Precision precision) {
        return Map.of("one and one", answer);
    }

    @Override
    public Supplier<StepCompute> compute(ComputeInput input) {
        return Compute::new;
    }

    @Override
    public Calibration calibration(ComputeInput input, Layout layout, FloatVector vector, int batches) {
        measures++;
        return new FakeCalibration(layout);
    }

    @Override
    public SilencedLoss silenced(ComputeInput input) {
        measures++;
        return new SilencedLoss() {
            @Override
            public double[] measure(List<int[]> sets, int batches, IntConsumer measured) {
                measured.accept(sets.size());
                return sets.stream().mapToDouble(set -> set[0]).toArray();
            }

            @Override
            public void close() {}
        };
    }

    /** How often units were measured. */
    int measures() {
        return measures;
    }

    @Override
    public Loaded load(Model model) {
        return new Loaded() {
            @Override
            public Embedder embedder() {
                return new Embeddings(model);
            }

            @Override
            public void close() {}
        };
    }

    private final class Compute implements StepCompute {
        private float[] weights = {};

        @Override
        public void install(Cursor cursor, Layout layout, FloatVector vector) {
            weights = new float[layout.size()];
            vector.copy(0, weights, 0, weights.length);
        }

        @Override
        public PartitionFeatures features(Cursor cursor, int partition) {
            float[] value = {weights[0] + partition};
            return new PartitionFeatures(new Embedded(value, value), List.of(new Embedded(value, value)));
        }

        @Override
        public float[] logSumExps(Cursor cursor, int partition, List<PartitionFeatures> all) {
            return new float[] {all.get(partition).student().image()[0]};
        }

        @Override
        public Contribution gradient(Cursor cursor, int partition, List<PartitionFeatures> all, List<float[]> sums) {
            if (gradientsLeft.decrementAndGet() < 0) {
                throw new IllegalStateException("the machine broke");
            }
            float[] gradient = new float[weights.length];
            long key = Counter.key(1, cursor.stage(), cursor.phase().ordinal(), cursor.step(), partition);
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] =
                        0.01f * weights[i] + 0.001f * (float) (Counter.uniform(key, i) - 0.5) + 1e-6f * sums.get(0)[0];
            }
            return new Contribution(FloatVector.of(gradient), 0.5, 0.25);
        }

        @Override
        public void close() {}
    }

    private record Embeddings(Model model) implements Embedder {
        @Override
        public int embedding() {
            return EMBEDDING;
        }

        @Override
        public Preprocessing preprocessing() {
            return model.preprocessing();
        }

        @Override
        public float[] images(List<RgbImage> images) {
            return rows(images.stream()
                    .mapToLong(image -> Arrays.hashCode(image.rgb()))
                    .toArray());
        }

        @Override
        public float[] texts(List<String> texts) {
            return rows(texts.stream().mapToLong(String::hashCode).toArray());
        }

        private float[] rows(long[] keys) {
            float[] rows = new float[keys.length * EMBEDDING];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = (float) Counter.normal(
                        Counter.key(keys[i / EMBEDDING], model.shape().image().width()), i % EMBEDDING);
            }
            return rows;
        }
    }
}
