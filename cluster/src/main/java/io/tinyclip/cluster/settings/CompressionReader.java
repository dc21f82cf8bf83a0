package io.tinyclip.cluster.settings;

import io.tinyclip.inherit.ManualUnits;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.storage.Location;
import java.util.EnumSet;
import java.util.List;

/** Reads whose weights the student begins with, and how its stages cut it. */
final class CompressionReader {
    private static final double LARGEST_RATE = 10;
    private static final String TOKEN_RATE = "optimizer.token-rate";

    private final SettingValues values;

    private CompressionReader(SettingValues values) {
        this.values = values;
    }

    static CompressionSettings read(SettingValues values) {
        return new CompressionReader(values).read();
    }

    private CompressionSettings read() {
        MaskPlan mask = mask();
        CompressionSettings.StudentStart start = start();
        return new CompressionSettings(start, stages(mask, start), mask);
    }

    private CompressionSettings.StudentStart start() {
        String remedy = "name a model's folder or file, teacher or random";
        CompressionSettings.StudentStart start =
                new CompressionSettings.StudentStart(tower("start.image", remedy), tower("start.text", remedy));
        if (start.text().equals(CompressionSettings.StudentStart.RANDOM) && values.within(TOKEN_RATE, 0, 1) == 0) {
            throw values.refusal(
                    TOKEN_RATE,
                    "must be above 0 where tinyclip.start.text is random: the token table would stay random; use 1");
        }
        return start;
    }

    private String tower(String key, String remedy) {
        return Location.readable(values.filled(key, remedy), "tinyclip." + key);
    }

    private List<StageGoal> stages(MaskPlan mask, CompressionSettings.StudentStart start) {
        List<StageGoal> stages = StagesReader.read(values, mask);
        if (ManualUnits.areMeasured(stages) && !start.isTeacher()) {
            throw values.refusal(
                    "start",
                    "must be the teacher for both towers where student.by is importance, which is measured on the teacher;"
                            + " choose by magnitude, or leave start out");
        }
        if (stages.get(0) instanceof StageGoal.AsItIs && start.isTeacher()) {
            throw values.refusal(
                    "stages",
                    "begins with a stage of distill-steps alone, which goes on with a student: name it in start.image"
                            + " and start.text, or give the stage a keep or a student");
        }
        return stages;
    }

    private MaskPlan mask() {
        int roundTo = values.whole("mask.round-to", 1, 64);
        if (roundTo != 1 && roundTo != 8 && roundTo != 64) {
            throw values.refusal("mask.round-to", "must be 1, 8 or 64");
        }
        return new MaskPlan(
                values.positive("mask.rate", LARGEST_RATE),
                values.positive("mask.multiplier-rate", LARGEST_RATE),
                values.positive("mask.target-warmup", 1),
                roundTo,
                values.whole("mask.minimum-heads", 0, 64),
                values.choice("mask.penalty", EnumSet.allOf(SparsityPenalty.class)) == SparsityPenalty.ONE_SIDED,
                values.choice("mask.exportable", EnumSet.allOf(Exportable.class)),
                BudgetReader.read(values));
    }
}
