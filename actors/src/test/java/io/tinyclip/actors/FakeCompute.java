package io.tinyclip.actors;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import io.tinyclip.random.Counter;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tensor work that is no model, but depends on all that a model's depends on: a wrong weight, feature, log-sum-exp,
 * cursor or partition anywhere changes every gradient.
 */
class FakeCompute implements StepCompute {
    private static final int FEATURES = 4;
    private static final long SEED = 7;

    private final Set<Integer> prepared = ConcurrentHashMap.newKeySet();
    private float[] weights = new float[0];

    @Override
    public void install(Cursor cursor, Layout layout, FloatVector vector) {
        weights = new float[layout.size()];
        vector.copy(0, weights, 0, weights.length);
        prepared.clear();
    }

    @Override
    public PartitionFeatures features(Cursor cursor, int partition) {
        float[][] values = new float[4][FEATURES];
        for (int kind = 0; kind < values.length; kind++) {
            for (int i = 0; i < FEATURES; i++) {
                long key = Counter.key(SEED, cursor.stage(), cursor.phase().ordinal(), cursor.step(), partition, kind);
                values[kind][i] =
                        weights[Counter.below(key, i, weights.length)] + (float) Counter.uniform(key, FEATURES + i);
            }
        }
        prepared.add(partition);
        return new PartitionFeatures(new Embedded(values[0], values[1]), List.of(new Embedded(values[2], values[3])));
    }

    @Override
    public float[] logSumExps(Cursor cursor, int partition, List<PartitionFeatures> all) {
        float[] sums = new float[FEATURES];
        for (int p = 0; p < all.size(); p++) {
            PartitionFeatures features = all.get(p);
            for (int i = 0; i < FEATURES; i++) {
                float value = features.student().image()[i]
                        + 2 * features.student().text()[i]
                        + 3 * features.teachers().get(0).image()[i]
                        + 4 * features.teachers().get(0).text()[i];
                sums[i] += (1 + partition) * 0.25f * value / (1 + p);
            }
        }
        return sums;
    }

    @Override
    public Contribution gradient(Cursor cursor, int partition, List<PartitionFeatures> all, List<float[]> logSumExps) {
        if (!prepared.remove(partition)) {
            throw new IllegalStateException("a gradient without its forward");
        }
        float common = 0;
        for (int p = 0; p < logSumExps.size(); p++) {
            for (float value : logSumExps.get(p)) {
                common += value / (1 + p) + all.get(p).student().image()[0];
            }
        }
        long key = Counter.key(SEED, cursor.stage(), cursor.phase().ordinal(), cursor.step(), partition);
        float[] gradient = new float[weights.length];
        for (int i = 0; i < gradient.length; i++) {
            float noise = (Counter.bits(key, i) >>> 40) * 0x1.0p-24f - 0.5f;
            gradient[i] = 0.1f * weights[i] + 0.01f * noise + 1e-4f * common;
        }
        return new Contribution(FloatVector.of(gradient), common * 0.5, Counter.uniform(key, -2));
    }

    @Override
    public void close() {}
}
