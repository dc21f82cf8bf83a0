package io.tinyclip.cluster.settings;

import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.MuonPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Pace;
import io.tinyclip.plan.WirePlan;
import io.tinyclip.rounding.Rounding;
import java.util.EnumSet;

/** Reads what decides the bits of every step. */
final class StepReader {
    private static final int LARGEST_BATCH = 1 << 20;
    static final int MOST_PARTITIONS = 1024;
    static final int MOST_STEPS = 100_000_000;
    private static final double ANY_NORM = 1e9;
    private static final double LARGEST_UPDATE = 10;

    private final SettingValues values;

    private StepReader(SettingValues values) {
        this.values = values;
    }

    static StepSettings read(SettingValues values) {
        return new StepReader(values).read();
    }

    private StepSettings read() {
        int partitions = partitions();
        return new StepSettings(
                values.any("seed"), batch(partitions), partitions, PrecisionSetting.read(values), optimizer(), wire());
    }

    private int partitions() {
        int partitions = values.whole("partitions", 1, MOST_PARTITIONS);
        if (Integer.bitCount(partitions) != 1) {
            int below = Integer.highestOneBit(partitions);
            throw values.refusal("partitions", "must be a power of two; use " + below + " or " + 2 * below);
        }
        return partitions;
    }

    private int batch(int partitions) {
        int batch = values.whole("batch", 2, LARGEST_BATCH);
        if (batch % partitions != 0) {
            int above = (batch / partitions + 1) * partitions;
            throw values.refusal(
                    "batch",
                    "must be a multiple of tinyclip.partitions [" + partitions + "]; use " + above
                            + ", or partitions that divide it");
        }
        return batch;
    }

    private OptimizerPlan optimizer() {
        return new OptimizerPlan(
                values.positive("optimizer.rate", 1),
                pace(),
                belowOne("optimizer.beta1"),
                belowOne("optimizer.beta2"),
                values.positive("optimizer.epsilon", 0.1),
                values.within("optimizer.decay", 0, 1),
                values.positive("optimizer.clip-norm", ANY_NORM),
                values.choice("optimizer.moments", EnumSet.allOf(MomentTransfer.class)),
                values.within("optimizer.token-rate", 0, 1),
                new MuonPlan(
                        values.within("optimizer.muon.image", 0, LARGEST_UPDATE),
                        values.within("optimizer.muon.text", 0, LARGEST_UPDATE)));
    }

    private Pace pace() {
        return new Pace(
                values.whole("optimizer.warmup-steps", 0, MOST_STEPS),
                values.positive("optimizer.inherit-warmup", 1),
                values.positive("optimizer.inherit-rate", 1),
                values.within("optimizer.cooling", 0, 1));
    }

    private double belowOne(String key) {
        double value = values.within(key, 0, 1);
        if (value == 1) {
            throw values.refusal(key, "must be below 1");
        }
        return value;
    }

    private WirePlan wire() {
        return new WirePlan(
                values.choice("wire.weights", EnumSet.of(Rounding.FP32, Rounding.BF16)),
                values.choice("wire.gradients", EnumSet.of(Rounding.FP32, Rounding.BF16)),
                values.choice("wire.features", EnumSet.of(Rounding.FP32, Rounding.FP16)));
    }
}
