package io.tinyclip.cluster.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.kernel.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the simulation of docs/scaling.md: the recipe's last stage on A100 of 729 pairs a second, 64 servers. */
final class ScalingTest {
    private static final Path RECIPE = Path.of("..", "conf", "recipes", "tinyclip-vit-22m-32-text-10m.conf");
    private static final double A100 = 31.9e12;
    private static final Map<String, String> PARTITIONS = Map.of("tinyclip.partitions", "1024");
    private static final Map<String, String> SIXTEEN_BITS = Map.of(
            "tinyclip.partitions", "1024",
            "tinyclip.wire.weights", "bf16",
            "tinyclip.wire.gradients", "bf16",
            "tinyclip.wire.features", "fp16");

    @ParameterizedTest
    @CsvSource({
        "1, 25, 4, 27.107",
        "16, 25, 4, 1.743",
        "64, 25, 4, 0.564",
        "256, 25, 4, 0.907",
        "1024, 25, 4, 2.823",
        "16, 10, 4, 1.756",
        "256, 10, 4, 2.068",
        "1024, 10, 4, 6.717",
        "64, 25, 2, 0.489",
        "256, 25, 2, 0.505",
        "1024, 25, 2, 1.429"
    })
    void aStepTakesWhatTheSimulationSays(int workers, double gigabits, int bytes, double seconds) {
        Settings settings = SettingsFile.read(RECIPE, bytes == 4 ? PARTITIONS : SIXTEEN_BITS);
        try (Progress nobody = new Nobody();
                Subject subject =
                        Subject.open(settings.in(Precision.BF16), OptionalLong.of(400_000_000), false, nobody)) {
            Machines machines = new Machines(
                    workers,
                    "A100",
                    OptionalDouble.of(A100),
                    Precision.BF16,
                    Long.MAX_VALUE,
                    Machines.bytesPerSecond(gigabits));
            Scaling scaling = new Scaling(subject, machines, 64, Optional.empty());
            List<PhaseWork> phases = subject.phases();
            assertEquals(1, scaling.step(5, phases.get(5), 1).seconds() / seconds, 0.3);
        }
    }

    private static final class Nobody implements Progress {
        @Override
        public void begin(String name, long total, long done) {}

        @Override
        public void advance(long done, String note) {}

        @Override
        public void close() {}
    }
}
