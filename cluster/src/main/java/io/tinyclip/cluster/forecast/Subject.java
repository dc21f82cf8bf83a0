package io.tinyclip.cluster.forecast;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.input.StudentSource;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.TeachingSettings;
import io.tinyclip.cluster.settings.TeachingSettings.TeacherSource;
import io.tinyclip.data.Dataset;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TokenRows;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.storage.Location;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is planned, with stand-ins for what is not there.
 *
 * @param settings that write nowhere: without a store of teacher embeddings to fill
 * @param start where the run begins; of a teacher with random weights where there is only its architecture
 * @param data training pairs, or {@link StandInPairs}
 * @param pairs how many training pairs there are; empty where nobody knows
 * @param notes what is not as the run will have it, a line each
 */
public record Subject(Settings settings, Start start, Dataset data, OptionalLong pairs, List<String> notes)
        implements AutoCloseable {
    /** Pairs of the stand-in, of which a probe takes a few. */
    private static final int LEAST_STAND_IN = 4096;

    public Subject {
        notes = List.copyOf(notes);
    }

    /**
     * Opens what the settings name.
     *
     * @param pairs how many training pairs there are, as the user says; they are not opened then
     * @param computed whether anything will be; a teacher that stands in has weights then
     * @throws InvalidInputException if the recipe is wrong, or there is no teacher to tell the shape
     */
    public static Subject open(Settings settings, OptionalLong pairs, boolean computed, Progress progress) {
        List<String> notes = new ArrayList<>();
        List<Model> teachers = teachers(settings, computed, notes);
        Optional<Dataset> real = pairs.isPresent() ? Optional.empty() : data(settings, progress, notes);
        if (pairs.isPresent()) {
            notes.add(
                    "the training pairs were not opened, as --pairs says how many there are: probes use synthetic ones");
        }
        int batch = settings.step().batch();
        Dataset data = real.orElseGet(() -> new StandInPairs(Math.max(LEAST_STAND_IN, batch)));
        Start start = start(settings, teachers, data, real.isPresent());
        OptionalLong known = real.isPresent() ? OptionalLong.of(real.get().size()) : pairs;
        if (known.isPresent() && known.getAsLong() < batch) {
            data.close();
            throw new InvalidInputException("tinyclip.batch [" + batch + "] must be at most the [" + known.getAsLong()
                    + "] training pairs; lower the batch or give more pairs");
        }
        return new Subject(settings, start, data, known, notes);
    }

    private static List<Model> teachers(Settings settings, boolean computed, List<String> notes) {
        TeacherSource source = settings.teaching().teacher();
        String name = source.model();
        boolean missing = !name.equals(TeachingSettings.BUILTIN)
                && !Location.isRemote(name)
                && !Files.exists(Location.local(name, "tinyclip.teacher"));
        if (!missing || source.architecture().isEmpty()) {
            return Teachers.of(settings);
        }
        notes.add("the teacher [" + name + "] is not here: one of " + source.architecture()
                + " with random weights stands in");
        List<Model> teachers = new ArrayList<>();
        Preprocessing pictures = Preprocessing.clip(source.expected().image().imageSize());
        teachers.add(
                computed
                        ? RandomModel.of(source.expected(), pictures)
                        : RandomModel.blank(source.expected(), pictures));
        settings.teaching().further().forEach(other -> teachers.add(Teachers.read(other, source.options())));
        return teachers;
    }

    private static Optional<Dataset> data(Settings settings, Progress progress, List<String> notes) {
        try {
            return Optional.of(Sources.of(settings, progress).train(settings.data()));
        } catch (InvalidInputException e) {
            if (Sources.areBuiltIn(settings.data().train())) {
                throw e;
            }
            notes.add("the training pairs cannot be opened (" + e.getMessage()
                    + "): probes use synthetic ones, and --pairs tells how many there are");
            return Optional.empty();
        }
    }

    private static Start start(Settings settings, List<Model> teachers, Dataset data, boolean real) {
        Model teacher = teachers.get(0);
        Start start;
        if (real) {
            start = Start.ofTeachers(settings, teachers, data);
        } else {
            Teachers.requireSameInput(teachers);
            TokenRows rows = TokenRows.all(teacher.shape().text().vocabulary());
            start = new Start(
                    settings.runPlan(teacher.shape()),
                    teacher.shape(),
                    teachers,
                    rows,
                    Optional.of(teacher),
                    teacher::vector,
                    teacher.preprocessing());
        }
        return settings.compression().start().isTeacher()
                ? start
                : start.from(settings, StudentSource.of(settings, teacher));
    }

    RunPlan plan() {
        return start.plan();
    }

    ModelShape teacher() {
        return start.teacher().map(Model::shape).orElse(start.shape());
    }

    /** E of the student, then of every teacher that a step asks. */
    List<Integer> embeddings() {
        List<Integer> embeddings = new ArrayList<>(List.of(start.shape().embedding()));
        if (plan().loss().taught()) {
            start.teachers().forEach(teacher -> embeddings.add(teacher.shape().embedding()));
        }
        return embeddings;
    }

    List<PhaseWork> phases() {
        return PhaseWork.of(plan(), teacher(), start.shape(), start.rows().rows());
    }

    /** Steps that fill one pass over the data; empty where nobody knows how many pairs there are. */
    OptionalLong stepsOfPass() {
        return pairs.isPresent() ? OptionalLong.of(pairs.getAsLong() / plan().globalBatch()) : OptionalLong.empty();
    }

    @Override
    public void close() {
        data.close();
    }
}
