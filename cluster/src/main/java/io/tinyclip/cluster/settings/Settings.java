package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import io.tinyclip.compute.Hold;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.files.Architectures;
import io.tinyclip.formats.Models;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.inherit.Cut;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.ModelShape;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.plan.WirePlan;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Every setting of a run, checked. {@code reference.conf} says what each one means.
 *
 * @param teacher the model to compress
 * @param furtherTeachers models' folders or files, in the order of the loss's
 * @param logitScale factor on the cosines of the loss
 * @param loss what {@code run} minimises
 * @param start whose weights the student begins with
 * @param stages of {@code run}
 * @param wire what is rounded to travel in fewer bytes
 * @param free what does not change the result
 * @param cluster this machine's place among others; does not change the result either
 * @param effective the same settings as they were written, defaults included
 */
public record Settings(
        long seed,
        int batch,
        int partitions,
        Precision precision,
        double logitScale,
        LossPlan loss,
        TeacherSource teacher,
        List<String> furtherTeachers,
        StudentStart start,
        Data data,
        List<StageGoal> stages,
        OptimizerPlan optimizer,
        MaskPlan mask,
        WirePlan wire,
        Pretrain pretrain,
        Free free,
        ClusterSettings cluster,
        Config effective) {
    /** The value of {@code tinyclip.teacher} that names the model inside the jar. */
    public static final String BUILTIN = "builtin";

    public Settings {
        furtherTeachers = List.copyOf(furtherTeachers);
        stages = List.copyOf(stages);
    }

    /**
     * The model to compress.
     *
     * @param model a model's folder or file, or {@link #BUILTIN}
     * @param options what its files leave open, and the size of the pictures
     * @param architecture its name in {@link io.tinyclip.files.Architectures}; empty where it is not said
     */
    public record TeacherSource(String model, ReadOptions options, String architecture) {
        /** The shape that the architecture promises, for pictures of the size that was asked for. */
        public ModelShape expected() {
            ModelShape shape = Architectures.shape(architecture);
            OptionalInt size = options.imageSize();
            return size.isPresent() ? Models.withImageSize(shape, size.getAsInt()) : shape;
        }
    }

    /**
     * Whose weights each tower of the student begins with: {@link #TEACHER}, {@link #RANDOM}, or a model's folder or file.
     */
    public record StudentStart(String image, String text) {
        /** Inherited, as the method has it. */
        public static final String TEACHER = "teacher";

        /** New ones, by the seed. */
        public static final String RANDOM = "random";

        /** Whether the student begins as the teacher is. */
        public boolean isTeacher() {
            return image.equals(TEACHER) && text.equals(TEACHER);
        }
    }

    /**
     * The pairs.
     *
     * @param train {@code icons:train} or a pattern of tars
     * @param evaluate {@code icons:unseen} or a pattern of tars
     * @param icons most icons to draw; 0 for all
     * @param views random views of each pair
     */
    public record Data(String train, String evaluate, int icons, int views) {}

    /** Training from scratch: how long, and of which model. */
    public record Pretrain(int steps, ModelShape model) {}

    /**
     * What may differ between two runs with the same digest.
     *
     * @param folder of the run's files
     * @param device to compute on
     * @param threads partitions computed at a time
     * @param checkpointSteps steps between checkpoints
     * @param cache folder of drawn icons
     * @param teacherCacheBytes memory for the teacher's embeddings
     * @param numerics who may take part; relaxed, the record of the run says that its digest cannot be had again
     */
    public record Free(
            String name,
            Path folder,
            int workers,
            int servers,
            ComputeDevice device,
            int threads,
            int checkpointSteps,
            Path cache,
            long teacherCacheBytes,
            Hold hold,
            Numerics numerics) {}

    /**
     * What {@code run} does with these settings.
     *
     * @throws io.tinyclip.model.InvalidInputException if a stage does not fit the teacher, or no cut can meet its keep
     */
    public RunPlan runPlan(ModelShape teacherShape) {
        List<StagePlan> plans = StageGoal.plans(teacherShape, stages);
        RunPlan plan = new RunPlan(seed, batch, partitions, data.views(), plans, false, optimizer, mask, wire, loss);
        Cut.requirePossible(teacherShape, plan);
        return plan;
    }

    /** What {@code pretrain} does with these settings: one stage without masks. */
    public RunPlan pretrainPlan() {
        List<StagePlan> whole = List.of(new StagePlan(1, 0, pretrain.steps()));
        return new RunPlan(seed, batch, partitions, data.views(), whole, true, optimizer, mask).with(wire);
    }
}
