package io.tinyclip.cluster.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.Architectures;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.RunPlan;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TableGatherTest {
    private static final ModelShape TEACHER = Architectures.shape("ViT-B-32");

    /** Of 1,000 rows of 512 columns, or of 64 and 64 rows of 512. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{keep=0.5,inherit-steps=500,distill-steps=1} | 0",
                "{token-rank=64,distill-steps=1} | 512000",
                "{token-rank=64,distill-steps=1},{distill-steps=1},{token-rank=8,distill-steps=1} | 512000",
                "{student{text{width=256}},distill-steps=1},{token-rank=64,distill-steps=1} | 256000"
            })
    void isTheLargestTableThatBecomesAProduct(String stages, long floats) {
        assertEquals(Float.BYTES * floats, TableGather.bytes(plan(stages), start(TEACHER)));
    }

    @ParameterizedTest
    @CsvSource({"8,96768", "64,0"})
    void aProductIsGatheredAsItIs(int rank, long floats) {
        RunPlan plan = plan("{token-rank=" + rank + ",distill-steps=1}");
        assertEquals(Float.BYTES * floats, TableGather.bytes(plan, start(TEACHER.withTokenRank(64))));
    }

    private static RunPlan plan(String stages) {
        return SettingsFile.defaults(Map.of("tinyclip.stages", "[" + stages + "]"))
                .runPlan(TEACHER);
    }

    private static Layout start(ModelShape shape) {
        return Layout.of(shape, 1000, false, false);
    }
}
