package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.calibrate.CalibratedCut;
import io.tinyclip.checkpoint.FollowedException;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.LayerKept;
import io.tinyclip.inherit.TableMap;
import io.tinyclip.inherit.TowerKept;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.StagePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationsFileTest {
    private static final FloatVector STUDENT = FloatVector.of(new float[] {1, 2, 3});
    private static final StagePlan STAGE = StagePlan.calibrated(0.5, CalibrationPlan.of(4), 10);

    @TempDir
    Path folder;

    private RunFolder run;

    @BeforeEach
    void open() {
        run = RunFolder.open(
                SettingsFile.defaults(
                        Map.of("tinyclip.run.folder", folder.resolve("run").toString())),
                "run",
                Duration.ZERO);
        run.lead();
    }

    @AfterEach
    void close() throws IOException {
        run.close();
    }

    @Test
    void theSameCutOfTheSameStudentPassesAgain() throws Exception {
        file(Numerics.STRICT).require(STUDENT, STAGE, cut(1, 0));
        String written = Files.readString(run.calibrations());
        file(Numerics.STRICT).require(STUDENT, STAGE, cut(1, 0));
        assertEquals(written, Files.readString(run.calibrations()));
    }

    @Test
    void anotherStudentAndAnotherStageAreHeldAgainstNone() {
        file(Numerics.STRICT).require(STUDENT, STAGE, cut(1, 0));
        FloatVector other = FloatVector.of(new float[] {1, 2, 4});
        assertDoesNotThrow(() -> file(Numerics.STRICT).require(other, STAGE, cut(2, 0)));
        assertDoesNotThrow(() -> file(Numerics.STRICT)
                .require(STUDENT, StagePlan.calibrated(0.4, CalibrationPlan.of(4), 10), cut(3, 0)));
        assertDoesNotThrow(() -> file(Numerics.STRICT).require(STUDENT, STAGE, cut(1, 0)));
    }

    /** No input is at fault, so that the run may go on elsewhere. */
    @Test
    void otherBitsEndThisMachinesLeadInOneLine() {
        file(Numerics.STRICT).require(STUDENT, STAGE, cut(1, 0));
        CalibratedCut otherWeights = cut(Math.nextUp(1f), 0);
        String line = assertThrows(
                        IllegalStateException.class, () -> file(Numerics.STRICT).require(STUDENT, STAGE, otherWeights))
                .getMessage();
        assertTrue(line.contains("calibrations.json") && line.contains("tinyclip.numerics"), line);
        assertThrows(IllegalStateException.class, () -> file(Numerics.STRICT).require(STUDENT, STAGE, cut(1, 1)));
    }

    @Test
    void whatBecomesOfTheTableCounts() {
        file(Numerics.STRICT).require(STUDENT, STAGE, cut(1, 0, Optional.of(new TableMap(2, 1, new float[] {1, 2}))));
        CalibratedCut same = cut(1, 0, Optional.of(new TableMap(2, 1, new float[] {1, 2})));
        assertDoesNotThrow(() -> file(Numerics.STRICT).require(STUDENT, STAGE, same));
        for (CalibratedCut other : List.of(
                cut(1, 0),
                cut(1, 0, Optional.of(new TableMap(1, 2, new float[] {1, 2}))),
                cut(1, 0, Optional.of(new TableMap(2, 1, new float[] {1, Math.nextUp(2f)}))))) {
            assertThrows(
                    IllegalStateException.class, () -> file(Numerics.STRICT).require(STUDENT, STAGE, other));
        }
    }

    @Test
    void relaxedNumericsGoOn() {
        file(Numerics.RELAXED).require(STUDENT, STAGE, cut(1, 0));
        assertDoesNotThrow(() -> file(Numerics.RELAXED).require(STUDENT, STAGE, cut(2, 0)));
    }

    @Test
    void whoeverLeadsNoMoreWritesNothing() {
        run.store().terms().take();
        assertThrows(FollowedException.class, () -> file(Numerics.STRICT).require(STUDENT, STAGE, cut(1, 0)));
        assertTrue(Files.notExists(run.calibrations()));
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        Files.writeString(run.calibrations(), "{\"a\": ");
        assertThrows(InvalidInputException.class, () -> file(Numerics.STRICT).require(STUDENT, STAGE, cut(1, 0)));
    }

    private CalibrationsFile file(Numerics mode) {
        return new CalibrationsFile(run, mode);
    }

    private static CalibratedCut cut(float weight, int head) {
        return cut(weight, head, Optional.empty());
    }

    private static CalibratedCut cut(float weight, int head, Optional<TableMap> table) {
        TowerKept kept = new TowerKept(new int[] {0}, List.of(new LayerKept(new int[] {head}, new int[0])));
        return new CalibratedCut(new Kept(kept, kept), FloatVector.of(new float[] {weight, 0, 0}), table);
    }
}
