package io.tinyclip.cluster.run;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.input.TeacherStore;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.FittingPrecision;
import io.tinyclip.cluster.machine.MachineParts;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.compute.StoreFilling;
import io.tinyclip.compute.Teacher;
import io.tinyclip.data.Dataset;
import io.tinyclip.data.RecurringViews;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.taught.TaughtFolder;
import io.tinyclip.taught.TaughtInput;
import io.tinyclip.taught.TaughtRange;
import io.tinyclip.taught.TaughtWriter;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * What {@code precompute} does: asks the teachers of a recipe about every view of its training pairs, and keeps what they say.
 * Files of a store are dealt out to parts one after the other; one that is there and whole is not made again.
 */
public final class Precomputing {
    private final Settings settings;
    private final Engine engine;
    private final Part part;
    private final Progress progress;
    private final PrintStream out;
    private long file;
    private long samples;
    private long done;
    private int made;
    private int kept;

    /**
     * Which of the files this process makes.
     *
     * @param number 1 to {@code of}
     */
    public record Part(int number, int of) {
        /** All files. */
        public static final Part WHOLE = new Part(1, 1);

        public Part {
            if (number < 1 || number > of) {
                throw new InvalidInputException("part [" + number + "/" + of
                        + "] must be I/N with I from 1 to N, such as 1/8 to 8/8 for eight processes");
            }
        }

        boolean has(long file) {
            return file % of == number - 1;
        }
    }

    /** @param out gets what was done, in a line a teacher */
    public Precomputing(Settings settings, Engine engine, Part part, Progress progress, PrintStream out) {
        this.settings = settings;
        this.engine = engine;
        this.part = part;
        this.progress = progress;
        this.out = out;
    }

    /** @throws InvalidInputException before anything is computed, for whatever the user can mend */
    public void execute() {
        if (!settings.teaching().loss().taught()) {
            throw new InvalidInputException("no term of tinyclip.loss asks a teacher, so there is nothing to store");
        }
        try (Dataset data = Sources.of(settings, progress).train(settings.data())) {
            RecurringViews views = TeacherStore.recurring(data);
            List<Model> teachers = Teachers.of(settings);
            Teachers.requireSameInput(teachers);
            for (Model teacher : teachers) {
                fill(teacher, teachers.get(0).preprocessing(), views);
            }
        }
    }

    private void fill(Model model, Preprocessing pictures, RecurringViews data) {
        FreeSettings.Machine machine = settings.free().machine();
        Precision precision = FittingPrecision.of(settings.step().precision(), engine);
        String numericClass =
                MachineParts.numericClass(engine, precision, System.getenv()).name();
        TaughtFolder folder =
                TeacherStore.folder(settings, TeacherStore.Identity.of(model), pictures, Optional.empty());
        TaughtWriter writer = new TaughtWriter(folder, precision.word(), numericClass);
        begin(writer, data);
        Teacher teacher = new Teacher(model.layout(), model.vector());
        StoreFilling.Work work =
                new StoreFilling.Work(data, pictures, teacher, precision, machine.threads(), machine.device());
        try (StoreFilling filling = new StoreFilling(work)) {
            writer.forEachRange(data, (range, first) -> fill(filling, writer, range, first));
        }
        progress.close();
        out.println("teacher embeddings of " + data.size() + " pairs in " + data.count() + " views in [" + folder.path()
                + "]: " + made + " files made, " + kept + " were there" + whole(folder, data));
    }

    private void begin(TaughtWriter writer, RecurringViews data) {
        file = 0;
        samples = 0;
        done = 0;
        made = 0;
        kept = 0;
        writer.forEachRange(data, (range, first) -> samples += part.has(file++) ? range.count() : 0);
        file = 0;
        progress.begin("asking the teacher", samples, 0);
    }

    private void fill(StoreFilling filling, TaughtWriter writer, TaughtRange range, int first) {
        if (!part.has(file++)) {
            return;
        }
        if (writer.isWhole(range)) {
            kept++;
            done += range.count();
            progress.advance(done, "");
            return;
        }
        made++;
        filling.fill(writer, range, first, more -> {
            done += more;
            progress.advance(done, "");
        });
    }

    /** Other parts may still be at work. */
    private static String whole(TaughtFolder folder, RecurringViews data) {
        try {
            return "; complete, content " + TeacherStore.hash(List.of(TaughtInput.open(folder, data)));
        } catch (InvalidInputException e) {
            return "; not complete yet";
        }
    }
}
