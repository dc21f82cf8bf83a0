package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class FittingDataTest {
    private static final LossPlan PAIRED = new LossPlan(1, 0.5, 0, 0);

    @Test
    void refusesStepsOfMorePinnedTarsThanAMessageHolds() {
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> FittingData.requireFewShards(plan(32_768, PAIRED), new Pinned(1_000_000, 50_000)))
                .getMessage();
        assertTrue(message.contains("in some [1766] tars, of which at most [800]"), message);
    }

    @Test
    void takesLargeTarsFewTarsAndLossesThatLookAtAPartitionAlone() {
        assertDoesNotThrow(() -> FittingData.requireFewShards(plan(32_768, PAIRED), new Pinned(40_000_000, 4_000)));
        assertDoesNotThrow(() -> FittingData.requireFewShards(plan(32_768, PAIRED), new Pinned(100_000, 700)));
        assertDoesNotThrow(
                () -> FittingData.requireFewShards(plan(32_768, LossPlan.AFFINITY), new Pinned(1_000_000, 50_000)));
        assertDoesNotThrow(() -> FittingData.requireFewShards(plan(32_768, PAIRED), new Pinned(1_000_000, 0)));
    }

    @Test
    void aBatchThatIsTooLargeIsToldWithoutWhatSignsTheAddress() {
        Settings settings = SettingsFile.defaults(
                Map.of("tinyclip.data.train", "https://host/a.tar?sig=secret", "tinyclip.batch", "256"));
        String message = assertThrows(
                        InvalidInputException.class, () -> FittingData.requireBatch(settings, new Pinned(100, 0)))
                .getMessage();
        assertTrue(message.contains("[100] pairs of tinyclip.data.train [https://host/a.tar?(hidden)]"), message);
    }

    private static RunPlan plan(int batch, LossPlan loss) {
        OptimizerPlan optimizer = new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        MaskPlan mask = new MaskPlan(1, 1, 1, 1, 0);
        return new RunPlan(1, batch, 16, 1, List.of(new StagePlan(0.5, 10, 1)), false, optimizer, mask).with(loss);
    }

    private record Pinned(int size, int shardsToPin) implements Dataset {
        @Override
        public String contentHash() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Sample view(int index, long key, Preprocessing preprocessing) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long identity(int index) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void forEachText(Consumer<String> text) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
