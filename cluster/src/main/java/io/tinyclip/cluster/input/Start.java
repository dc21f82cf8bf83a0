package io.tinyclip.cluster.input;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.TeachingSettings;
import io.tinyclip.compute.BatchNorms;
import io.tinyclip.data.Dataset;
import io.tinyclip.files.Architectures;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.TokenTable;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.text.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a run begins.
 *
 * @param plan what it will do
 * @param shape of the student at the start
 * @param teachers to mimic, the one to compress first; empty for pretrain, and where all that they say is stored
 * @param rows of the token table that are in the vector
 * @param source whose weights the student begins with; the teacher itself unless asked otherwise, empty for pretrain
 * @param vector makes (P,) of {@link #layout}, which is only needed where the run begins
 * @param preprocessing how pictures become a tower's input: as the teacher has it, and a new model as CLIP
 */
public record Start(
        RunPlan plan,
        ModelShape shape,
        List<Model> teachers,
        TokenRows rows,
        Optional<Model> source,
        Supplier<FloatVector> vector,
        Preprocessing preprocessing) {
    private static final Logger LOG = LoggerFactory.getLogger(Start.class);

    public Start {
        teachers = List.copyOf(teachers);
    }

    /**
     * Compression begins with the teacher as it is; a student chosen by hand is taken from it when the stage begins.
     *
     * @param teachers of the settings, the one to compress first
     * @throws InvalidInputException if these teachers do not fit the settings, or each other
     */
    public static Start ofTeachers(Settings settings, List<Model> teachers, Dataset data) {
        Model teacher = teachers.get(0);
        FurtherTeachers.requireSameInput(teachers);
        requireArchitecture(settings.teaching().teacher(), teacher.shape());
        RunPlan plan = settings.runPlan(teacher.shape());
        BatchNorms.requireVariance(teacher.shape(), plan);
        TokenRows rows = rows(settings, teacher.shape(), data);
        return new Start(
                plan,
                teacher.shape(),
                teachers,
                rows,
                Optional.of(teacher),
                () -> compact(teacher, rows),
                teacher.preprocessing());
    }

    /**
     * As a machine has it that computes a run of which it need not have the teachers, since all that they say is stored. It cannot
     * begin the run.
     *
     * @param shape of the teacher that is compressed
     * @param preprocessing of its pictures
     */
    public static Start ofStored(Settings settings, ModelShape shape, Preprocessing preprocessing, Dataset data) {
        return new Start(
                settings.runPlan(shape),
                shape,
                List.of(),
                rows(settings, shape, data),
                Optional.empty(),
                () -> {
                    throw new IllegalStateException("a run begins where its teacher is");
                },
                preprocessing);
    }

    /** The model to compress; empty for pretrain. */
    public Optional<Model> teacher() {
        return teachers.stream().findFirst();
    }

    /**
     * The same run, whose student begins as another model: of the teacher's shape, or smaller in any layer.
     *
     * @throws InvalidInputException if the stages do not fit it
     */
    public Start from(Settings settings, Model other) {
        boolean byHand = settings.compression().stages().stream().anyMatch(StageGoal.Manual.class::isInstance);
        if (byHand && !other.shape().equals(shape)) {
            throw new InvalidInputException(
                    "tinyclip.stages has a student chosen by hand, which is chosen of the teacher's"
                            + " units; tinyclip.start is a student already: give the stage a keep, or leave start out");
        }
        return new Start(
                settings.runPlan(shape, other.shape()),
                other.shape(),
                teachers,
                rows,
                Optional.of(other),
                () -> compact(other, rows),
                preprocessing);
    }

    private static FloatVector compact(Model model, TokenRows rows) {
        Layout compact = Layout.of(model.shape(), rows.rows(), false, false);
        return rows.compact(model.layout(), model.vector(), compact);
    }

    /** Training from scratch begins with random weights. */
    public static Start atRandom(Settings settings, Dataset data) {
        ModelShape shape = settings.pretrain().model();
        TokenRows rows = rows(settings, shape, data);
        Layout full = Layout.of(shape, shape.text().vocabulary(), false, true);
        Layout compact = Layout.of(shape, rows.rows(), false, true);
        Supplier<FloatVector> vector = () -> rows.compact(
                full, FloatVector.of(Initialization.random(full, settings.step().seed())), compact);
        Preprocessing preprocessing = Preprocessing.clip(shape.image().imageSize());
        return new Start(settings.pretrainPlan(), shape, List.of(), rows, Optional.empty(), vector, preprocessing);
    }

    /** A teacher with the run's token rows. */
    public FloatVector compact(Model teacher) {
        return compact(teacher, rows);
    }

    /** The layout of {@link #vector}. */
    public Layout layout() {
        return Layout.of(shape, rows.rows(), false, plan.pretrain());
    }

    /**
     * The rows of tokens that never were in the vector.
     *
     * @return (vocabulary, D of the start): the table of the source, multiplied out where it is a product, or zeros
     */
    public float[] frozenTable() {
        int floats = shape.text().vocabulary() * shape.text().width();
        return source.map(model -> TokenTable.of(model.layout(), model.vector()).whole())
                .orElseGet(() -> new float[floats]);
    }

    private static void requireArchitecture(TeachingSettings.TeacherSource source, ModelShape found) {
        if (source.architecture().isEmpty()) {
            return;
        }
        ModelShape expected = source.expected();
        if (!found.equals(expected)) {
            throw new InvalidInputException("tinyclip.teacher [" + source.model() + "] is "
                    + Architectures.describe(found) + "; tinyclip.teacher-architecture [" + source.architecture()
                    + "] is "
                    + Architectures.describe(expected) + "; correct one of them, or leave the architecture out");
        }
    }

    private static TokenRows rows(Settings settings, ModelShape shape, Dataset data) {
        Tokenizer.requireVocabulary(shape.text().vocabulary());
        if (data.shardsToPin() > 0) {
            // Whichever indexes are here already: what a run computes may not depend on that.
            LOG.info(
                    "all [{}] rows of the token table are kept, as captions are read when a step first needs them",
                    shape.text().vocabulary());
            return TokenRows.all(shape.text().vocabulary());
        }
        OccurringTokens occurring = new OccurringTokens(settings.free().files().cache());
        return TokenRows.of(
                occurring.of(data, shape.text().contextLength()), shape.text().vocabulary());
    }
}
