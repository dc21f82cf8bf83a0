package io.tinyclip.cluster.record;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.checkpoint.Term;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.storage.LocalFolder;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The one folder of a run. It belongs to one command or cluster at a time and to one set of settings: opening it takes a lock
 * that ends with the process, and refuses settings that would give other bits than those that the folder began with. Of the
 * candidates of a cluster, the one with the highest term writes.
 */
public final class RunFolder implements AutoCloseable {
    private static final String EFFECTIVE = "effective.conf";
    private static final String RECORD = "run.json";
    private static final String METRICS = "metrics.jsonl";
    /** In a store, the steps since metrics.jsonl was put there. */
    public static final String METRICS_TAIL = METRICS + Growth.TAIL;

    private static final String BAD_SAMPLES = "bad-samples.jsonl";
    private static final String MANUAL_UNITS = "manual-units.json";
    private static final String CALIBRATIONS = "calibrations.json";
    private static final String TABLE_MAP = "table-map-";
    private static final String CHECKPOINTS = "checkpoints";
    /** Whoever has told a step in metrics.jsonl is not asked again for samples that it came to: those come first. */
    private static final List<String> GROWING = List.of(BAD_SAMPLES, RunTrace.MASKS, RunTrace.EVENTS, METRICS);
    /** With what a leader goes on that works on a disk of its own. */
    private static final List<String> CONTINUED =
            List.of(EFFECTIVE, METRICS, BAD_SAMPLES, MANUAL_UNITS, CALIBRATIONS, RunTrace.MASKS, RunTrace.EVENTS);

    private static final int PERCENT = 100;

    private final Path path;
    private final SharedFolder shared;
    private final Optional<WorkingCopy> copy;
    private final Steps steps;
    private final FolderLock lock;
    private CheckpointStore store;

    private RunFolder(FreeSettings.Files files, SharedFolder shared, FolderLock lock) {
        this.path = files.folder();
        this.shared = shared;
        this.copy = files.address().map(it -> new WorkingCopy(path, shared, CONTINUED, TABLE_MAP, GROWING));
        this.steps = new Steps(this::requireLead, copy);
        this.lock = lock;
        this.store = new CheckpointStore(shared.folder(CHECKPOINTS), new RecordedTerms(this::record));
    }

    /**
     * Opens the folder that the settings name, new or begun.
     *
     * @param command {@code run} or {@code pretrain}
     * @param patience how long a process that is no candidate of the same cluster may take to end
     * @throws InvalidInputException if such a process uses it, it cannot be written, or it began with other settings
     */
    public static RunFolder open(Settings settings, String command, Duration patience) {
        FreeSettings.Files files = settings.free().files();
        RunPlace.requireUsable(files);
        try {
            AtomicFile.createFolders(files.folder());
            FolderLock lock = FolderLock.take(files.folder(), settings.cluster(), patience);
            RunFolder folder = new RunFolder(files, RunPlace.shared(files), lock);
            try {
                folder.copy.ifPresent(WorkingCopy::fetch);
                BegunSettings.requireSame(settings, command, folder);
            } catch (InvalidInputException | UncheckedIOException e) {
                folder.close();
                throw e;
            }
            return folder;
        } catch (IOException e) {
            throw RunPlace.unusable(files, e);
        }
    }

    /** On this machine: of a folder in a store what whoever leads has of it, see {@link #publish}. */
    public Path path() {
        return path;
    }

    /** As messages name it. */
    public String shown() {
        return shared.shown("");
    }

    /** The same of what lies in it. */
    public String shown(String name) {
        return shared.shown(name);
    }

    /** The run's checkpoints, with the term in which this process leads once it does. */
    public CheckpointStore store() {
        return store;
    }

    /** Claims the run's next term. From now on nothing is written here once another process has claimed a higher one. */
    public void lead() {
        store = store.led();
        // Whoever led until now may have published since.
        copy.ifPresent(it -> {
            it.fetch();
            shared.removeLeftovers("");
        });
    }

    /**
     * Puts what whoever leads has on its own disk where all find it, whole; does nothing where that is the same place.
     *
     * @throws io.tinyclip.checkpoint.FollowedException if another process leads
     */
    public void publish() {
        copy.ifPresent(it -> it.publish(this::requireLead));
    }

    /** The same, with what was written of so many steps, which may come a little later than they. */
    void publish(long steps) {
        if (copy.isPresent()) {
            this.steps.await(steps);
            publish();
        }
    }

    /** Whether the folder of a model is whole here, or in the store, from which it comes then. */
    public boolean has(Path model) {
        if (copy.isPresent() && !Files.exists(model.resolve(ModelFolder.CONFIG))) {
            copy.get().bring(path.relativize(model).toString());
        }
        return Files.exists(model.resolve(ModelFolder.CONFIG));
    }

    /** @throws io.tinyclip.checkpoint.FollowedException if this process led and another one leads now */
    public void requireLead() {
        store.term().ifPresent(Term::require);
    }

    /** Is told of each step. */
    public Steps steps() {
        return steps;
    }

    public Path metrics() {
        return path.resolve(METRICS);
    }

    /** One line a sample that was left out. */
    public Path badSamples() {
        return path.resolve(BAD_SAMPLES);
    }

    /** The units of students chosen by hand, where measuring them took long. */
    public Path manualUnits() {
        return path.resolve(MANUAL_UNITS);
    }

    /** Hashes of what cuts by calibration have come to. */
    public Path calibrations() {
        return path.resolve(CALIBRATIONS);
    }

    /** What token rows that are not in the vector become by a stage that was cut by calibration, where the text tower became narrower. */
    public Path tableMap(int stage) {
        return path.resolve(TABLE_MAP + (stage + 1) + ".safetensors");
    }

    /** Of the final model. */
    public Path model() {
        return path.resolve("model");
    }

    /** Of the model after a stage; {@code model-75} of an earlier one, {@code model-75-2} of the next that keeps as much. */
    public Path model(RunPlan plan, int stage) {
        if (stage == plan.stages().size() - 1) {
            return model();
        }
        long percent = percent(plan, stage);
        long same = IntStream.range(0, stage)
                .filter(earlier -> percent(plan, earlier) == percent)
                .count();
        return path.resolve("model-" + percent + (same == 0 ? "" : "-" + (same + 1)));
    }

    /** Of the best student of a stage, beside the last one. */
    public Path best(RunPlan plan, int stage) {
        return path.resolve(model(plan, stage).getFileName() + "-best");
    }

    private static long percent(RunPlan plan, int stage) {
        return Math.round(plan.stages().get(stage).keep() * PERCENT);
    }

    /** The settings, for people. */
    Path effective() {
        return path.resolve(EFFECTIVE);
    }

    /** The record of the run in whose folder a model of it lies; empty for a model that lies elsewhere. */
    public static Optional<RunRecord> recordOf(Path model) {
        return Optional.ofNullable(model.toAbsolutePath().normalize().getParent())
                .flatMap(run -> RunRecordJson.in(new LocalFolder(run), RECORD));
    }

    /** What earlier processes recorded here. */
    public Optional<RunRecord> record() {
        return RunRecordJson.in(shared, RECORD);
    }

    /** The precision that the run has here; empty where it has none yet. */
    public Optional<Precision> precision() {
        return BegunSettings.of(record(), effective()).flatMap(BegunSettings::precision);
    }

    /**
     * What run.json says of a run that this process has; empty where the file is gone.
     *
     * @throws InvalidInputException if it is another's: somebody deleted the folder, and a run began in it anew
     */
    Optional<RunRecord> recordOf(RunRecord own) {
        Optional<RunRecord> there = record();
        if (there.filter(it -> !it.isSameRun(own)).isPresent()) {
            throw new InvalidInputException(
                    "run folder [" + shown() + "] was deleted while this run went on, and another"
                            + " began there; this one ends, the other is not touched");
        }
        return there;
    }

    /** @throws InvalidInputException if the folder has become another run's */
    void write(RunRecord record) {
        if (!lock.isOpen()) {
            throw new IllegalStateException("run folder [" + shown() + "] was given back: it may be another process's");
        }
        recordOf(record);
        requireLead();
        put(RECORD, RunRecordJson.write(record));
    }

    /**
     * Adds to a finished run's record what was done to it; for whoever did, once no process uses the folder.
     *
     * @throws InvalidInputException if no finished run lies there
     */
    public static void suffered(Path folder, List<SufferedFault> faults) {
        RunRecord record = RunRecordJson.in(new LocalFolder(folder), RECORD)
                .filter(it -> it.course().finished())
                .orElseThrow(() -> new InvalidInputException("[" + folder + "] holds no finished run"));
        AtomicFile.writeText(
                folder.resolve(RECORD),
                RunRecordJson.write(record.with(record.figures().withFaults(faults))));
    }

    /** Records the settings as they are used from now on. */
    public void write(Settings settings) {
        ConfigRenderOptions readable = ConfigRenderOptions.defaults()
                .setOriginComments(false)
                .setComments(false)
                .setJson(false);
        requireLead();
        Config effective = settings.used().withOnlyPath("tinyclip");
        String text = effective.root().render(readable);
        put(EFFECTIVE, text);
        if (copy.isPresent()) {
            AtomicFile.writeText(effective(), text);
        }
    }

    private void put(String name, String text) {
        shared.write(name, text.getBytes(StandardCharsets.UTF_8), this::requireLead);
    }

    @Override
    public void close() throws IOException {
        steps.close();
        lock.close();
    }
}
