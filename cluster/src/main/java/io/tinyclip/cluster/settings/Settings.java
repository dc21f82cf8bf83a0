package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.tinyclip.data.PictureRules;
import io.tinyclip.data.ReadOrder;
import io.tinyclip.inherit.Cut;
import io.tinyclip.inherit.Factorisation;
import io.tinyclip.inherit.ManualInheritance;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.time.Duration;
import java.util.List;

/**
 * Every setting of a run, checked. {@code reference.conf} says what each one means.
 *
 * @param free what does not change the result
 * @param cluster this machine's place among others; does not change the result either
 * @param effective the same settings as they were written, defaults included; it keeps an {@code auto} that was decided since
 */
public record Settings(
        StepSettings step,
        TeachingSettings teaching,
        CompressionSettings compression,
        PretrainSettings pretrain,
        Data data,
        FreeSettings free,
        ClusterSettings cluster,
        Config effective) {
    /**
     * The pairs.
     *
     * @param train {@code icons:train} or a pattern of the user's own
     * @param evaluate {@code icons:unseen} or a pattern of the user's own
     * @param icons most icons to draw; 0 for all
     * @param views random views of each pair
     * @param reducedScale whether training decodes JPEGs no larger than their crops need
     * @param source how a user's own files become pairs
     * @param order in which a pass sees the pairs of tars
     * @param pictures what becomes of training pictures that cannot be used
     * @param store of what teachers say of the pairs
     */
    public record Data(
            String train,
            String evaluate,
            int icons,
            int views,
            boolean reducedScale,
            SourceSettings source,
            ReadOrder order,
            PictureRules pictures,
            TeacherStoreSettings store) {}

    /** The same settings with the precision that the run was found to have. */
    public Settings in(Precision decided) {
        return new Settings(step.in(decided), teaching, compression, pretrain, data, free, cluster, effective);
    }

    /** How long this machine may take to hand over what it has, once it is asked to end. */
    public Duration leaveWithin() {
        return effective.getDuration(ActorsReader.LEAVE_WITHIN);
    }

    /** How long a write to the run folder may take. */
    public Duration diskPatience() {
        return effective.getDuration(ActorsReader.DISK_PATIENCE);
    }

    /** Where the live page is served. */
    public HttpPlace board() {
        return HttpPlace.read(new SettingValues(effective.getConfig("tinyclip"), "tinyclip."), "board");
    }

    /** Where a machine that is lent tells its numbers. */
    public HttpPlace metrics() {
        return HttpPlace.read(new SettingValues(effective.getConfig("tinyclip"), "tinyclip."), "metrics");
    }

    /** How this process writes its log. */
    public LogSettings log() {
        return LogSettings.read(new SettingValues(effective.getConfig("tinyclip"), "tinyclip."));
    }

    /** Whether a run writes its steps for TensorBoard, too. */
    public boolean tensorBoard() {
        return effective.getBoolean("tinyclip." + SettingsReader.TENSORBOARD);
    }

    /** As {@link #effective}, with the precision that was decided since: what a folder keeps. */
    public Config used() {
        return step.precision()
                .map(precision ->
                        effective.withValue(BitKeys.PRECISION, ConfigValueFactory.fromAnyRef(precision.word())))
                .orElse(effective);
    }

    /**
     * What {@code run} does with these settings.
     *
     * @throws io.tinyclip.model.InvalidInputException if a stage does not fit the teacher, or no cut can meet its keep
     */
    public RunPlan runPlan(ModelShape teacherShape) {
        RunPlan plan = planned(teacherShape, teacherShape);
        // A machine that is lent to a run does not know the student that it begins as; who leads does, and has asked.
        if (compression.start().whole().isEmpty()) {
            requirePossible(teacherShape, teacherShape, plan);
        }
        return plan;
    }

    /**
     * The same where the student does not begin as the teacher is.
     *
     * @param start the student's shape at the start, no larger than the teacher's
     */
    public RunPlan runPlan(ModelShape teacherShape, ModelShape start) {
        RunPlan plan = planned(teacherShape, start);
        requirePossible(teacherShape, start, plan);
        return plan;
    }

    private static void requirePossible(ModelShape teacher, ModelShape start, RunPlan plan) {
        Factorisation.requirePossible(start, plan);
        if (start.image() instanceof ResNet && plan.optimizer().muon().image() > 0) {
            throw new InvalidInputException(
                    "tinyclip.optimizer.muon.image ["
                            + plan.optimizer().muon().image()
                            + "] is for transformer layers, and the image tower is a residual network, which AdamW updates; set it to 0");
        }
        Cut.requirePossible(teacher, start, plan);
    }

    private RunPlan planned(ModelShape teacherShape, ModelShape start) {
        return new RunPlan(
                step.seed(),
                step.batch(),
                step.partitions(),
                data.views(),
                StageGoal.plans(
                        teacherShape,
                        start,
                        compression.stages(),
                        compression.mask().budget()),
                false,
                step.optimizer(),
                compression.mask(),
                step.wire(),
                teaching.loss(),
                ManualInheritance.keep(start, teacherShape, compression.mask().budget()));
    }

    /** What {@code pretrain} does with these settings: one stage without masks. */
    public RunPlan pretrainPlan() {
        List<StagePlan> whole = List.of(new StagePlan(1, 0, pretrain.steps()));
        return new RunPlan(
                        step.seed(),
                        step.batch(),
                        step.partitions(),
                        data.views(),
                        whole,
                        true,
                        step.optimizer().tokenRate(1),
                        compression.mask().with(BudgetPlan.PARAMETERS))
                .with(step.wire());
    }
}
