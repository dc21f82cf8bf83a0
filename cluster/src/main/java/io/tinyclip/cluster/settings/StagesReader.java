package io.tinyclip.cluster.settings;

import io.tinyclip.inherit.ManualStudent;
import io.tinyclip.inherit.ManualStudent.By;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.model.TextTower;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.MaskPlan;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/** Reads {@code tinyclip.stages}, and refuses what can be refused without knowing the teacher. */
final class StagesReader {
    /** What a stage may say, as paths. */
    static final Set<String> KEYS = Set.of(
            "keep",
            "inherit-steps",
            "distill-steps",
            "target-warmup",
            "token-rank",
            "calibration-batches",
            "calibration-width",
            "cooling",
            "student.by",
            "student.batches",
            "student.image.width",
            "student.image.layers",
            "student.image.heads",
            "student.image.neurons",
            "student.text.width",
            "student.text.layers",
            "student.text.heads",
            "student.text.neurons");

    private static final String CALIBRATION = "calibration-batches";
    private static final String CALIBRATION_WIDTH = "calibration-width";
    private static final String STUDENT = "student";
    private static final String TOKEN_RANK = "token-rank";
    private static final String BY = STUDENT + ".by";
    private static final String BATCHES = STUDENT + ".batches";
    private static final int MOST_BATCHES = 1000;
    private static final List<String> OF_CUTS = List.of("keep", "inherit-steps", "target-warmup", CALIBRATION);
    private static final int PERCENT = 100;

    private final MaskPlan mask;
    private final List<StageGoal> goals = new ArrayList<>();
    private double keep = 1;

    private StagesReader(MaskPlan mask) {
        this.mask = mask;
    }

    /** @param mask whose scores have a way to go in each inherit phase */
    static List<StageGoal> read(SettingValues values, MaskPlan mask) {
        StagesReader reader = new StagesReader(mask);
        for (SettingValues stage : values.list("stages")) {
            reader.goals.add(reader.goal(stage));
        }
        if (reader.goals.isEmpty()) {
            throw values.refusal("stages", "must have at least one stage");
        }
        return reader.goals;
    }

    private StageGoal goal(SettingValues stage) {
        if (stage.has(CALIBRATION_WIDTH) && !stage.has(CALIBRATION)) {
            throw stage.refusal(
                    CALIBRATION_WIDTH,
                    "must not be given unless " + CALIBRATION
                            + " is, which cuts the student; add that, or leave it out");
        }
        if (stage.has(TOKEN_RANK)) {
            return factorised(stage);
        }
        if (stage.has(STUDENT)) {
            return manual(stage);
        }
        if (OF_CUTS.stream().noneMatch(stage::has)) {
            return new StageGoal.AsItIs(steps(stage, "distill-steps"), cooling(stage));
        }
        return stage.has(CALIBRATION) ? calibrated(stage) : learned(stage);
    }

    private StageGoal calibrated(SettingValues stage) {
        Stream.of("inherit-steps", "target-warmup")
                .filter(stage::has)
                .findFirst()
                .ifPresent(key -> {
                    throw stage.refusal(
                            key, "must not be given beside " + CALIBRATION + ", by which no masks are learned");
                });
        if (mask.countsPadding()) {
            throw stage.refusal(
                    CALIBRATION,
                    "must not be given where tinyclip.mask.exportable is dense: it leaves uneven layers; set"
                            + " that to true or false, or give inherit-steps");
        }
        requireLess(stage);
        return new StageGoal.Calibrated(keep, calibration(stage), steps(stage, "distill-steps"), cooling(stage));
    }

    private static CalibrationPlan calibration(SettingValues stage) {
        int batches = stage.whole(CALIBRATION, 1, MOST_BATCHES);
        return stage.has(CALIBRATION_WIDTH)
                ? new CalibrationPlan(batches, stage.flag(CALIBRATION_WIDTH))
                : CalibrationPlan.of(batches);
    }

    private static StageGoal factorised(SettingValues stage) {
        Stream.concat(OF_CUTS.stream(), Stream.of(STUDENT))
                .filter(stage::has)
                .findFirst()
                .ifPresent(key -> {
                    throw stage.refusal(
                            key,
                            "must not be given beside token-rank, which leaves all else as it is; give it a stage"
                                    + " of its own");
                });
        return new StageGoal.Factorised(
                stage.whole(TOKEN_RANK, 1, TextTower.LARGEST_RANK), steps(stage, "distill-steps"), cooling(stage));
    }

    private StageGoal manual(SettingValues stage) {
        OF_CUTS.stream().filter(stage::has).findFirst().ifPresent(key -> {
            throw stage.refusal(key, "must not be given beside student: who chooses the student learns no masks");
        });
        if (goals.stream()
                .anyMatch(goal -> goal instanceof StageGoal.Learned || goal instanceof StageGoal.Calibrated)) {
            throw stage.refusal(STUDENT, "can only come before the stages that learn masks or are calibrated");
        }
        ManualStudent student = new ManualStudent(
                size(stage, STUDENT + ".image."), size(stage, STUDENT + ".text."), by(stage), batches(stage));
        return new StageGoal.Manual(student, steps(stage, "distill-steps"), cooling(stage));
    }

    private static By by(SettingValues stage) {
        return stage.has(BY) ? stage.choice(BY, EnumSet.allOf(By.class)) : By.FIRST;
    }

    private static int batches(SettingValues stage) {
        if (!stage.has(BATCHES)) {
            return ManualStudent.BATCHES;
        }
        if (by(stage) != By.IMPORTANCE) {
            throw stage.refusal(
                    BATCHES, "must not be given unless student.by is importance, which is measured on them");
        }
        return stage.whole(BATCHES, 1, MOST_BATCHES);
    }

    private static ManualStudent.Size size(SettingValues stage, String tower) {
        return new ManualStudent.Size(
                stage.optional(tower + "width", 1, PretrainReader.LARGEST_WIDTH),
                stage.optional(tower + "layers", 1, PretrainReader.MOST_LAYERS),
                stage.optional(tower + "heads", 1, PretrainReader.LARGEST_WIDTH),
                stage.optional(tower + "neurons", 1, PretrainReader.MOST_NEURONS));
    }

    /** Takes what the stage keeps. */
    private void requireLess(SettingValues stage) {
        double bound = keep;
        keep = stage.within("keep", 0, 1);
        // A stage's model folder is named by its percent.
        if (!(keep > 0 && Math.round(keep * PERCENT) < Math.round(bound * PERCENT))) {
            throw stage.refusal(
                    "keep",
                    "must be above 0 and a percent or more below " + bound + "; each stage keeps less than the last");
        }
    }

    private StageGoal learned(SettingValues stage) {
        requireLess(stage);
        int inherit = steps(stage, "inherit-steps");
        double maskRate = mask.rate();
        if (maskRate * inherit < MaskPlan.LEAST_TRAVEL) {
            long least = (long) Math.ceil(MaskPlan.LEAST_TRAVEL / maskRate);
            throw stage.refusal(
                    "inherit-steps",
                    "x tinyclip.mask.rate [" + maskRate
                            + "] must be 10 or more, or the masks cannot reach their target; " + "use " + least
                            + " steps or a larger rate");
        }
        OptionalDouble targetWarmup = stage.has("target-warmup")
                ? OptionalDouble.of(stage.positive("target-warmup", 1))
                : OptionalDouble.empty();
        return new StageGoal.Learned(keep, inherit, steps(stage, "distill-steps"), targetWarmup, cooling(stage));
    }

    private static OptionalDouble cooling(SettingValues stage) {
        return stage.has("cooling") ? OptionalDouble.of(stage.within("cooling", 0, 1)) : OptionalDouble.empty();
    }

    private static int steps(SettingValues stage, String key) {
        return stage.whole(key, 1, StepReader.MOST_STEPS);
    }
}
