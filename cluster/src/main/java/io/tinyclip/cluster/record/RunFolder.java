package io.tinyclip.cluster.record;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.checkpoint.Journal;
import io.tinyclip.checkpoint.Term;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The one folder of a run. It belongs to one command or cluster at a time and to one set of settings: opening it takes a lock
 * that ends with the process, and refuses settings that would give other bits than those that the folder began with. Of the
 * candidates of a cluster, the one with the highest term writes.
 */
public final class RunFolder implements AutoCloseable {
    private static final String EFFECTIVE = "effective.conf";
    private static final String RECORD = "run.json";
    /** How the names of files begin that hold no state; see {@link io.tinyclip.checkpoint.Terms}. */
    private static final String TERM = "term-";

    private static final int PERCENT = 100;

    private final Path path;
    private final FolderLock lock;
    private CheckpointStore store;

    private RunFolder(Path path, FolderLock lock) {
        this.path = path;
        this.lock = lock;
        this.store = new CheckpointStore(checkpoints(), new Recorded());
    }

    /**
     * Opens the folder that the settings name, new or begun.
     *
     * @param command {@code run} or {@code pretrain}
     * @param patience how long a process that is no candidate of the same cluster may take to end
     * @throws InvalidInputException if such a process uses it, it cannot be written, or it began with other settings
     */
    public static RunFolder open(Settings settings, String command, Duration patience) {
        Path path = settings.free().files().folder();
        try {
            AtomicFile.createFolders(path);
            RunFolder folder = new RunFolder(path, FolderLock.take(path, settings.cluster(), patience));
            try {
                folder.requireSame(settings, command);
            } catch (InvalidInputException e) {
                folder.close();
                throw e;
            }
            return folder;
        } catch (IOException e) {
            throw new InvalidInputException(
                    "cannot write in the run folder [" + path + "] (" + e.getMessage() + "); set tinyclip.run.folder",
                    e);
        }
    }

    public Path path() {
        return path;
    }

    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /** The run's checkpoints, with the term in which this process leads once it does. */
    public CheckpointStore store() {
        return store;
    }

    /** Claims the run's next term. From now on nothing is written here once another process has claimed a higher one. */
    public void lead() {
        store = store.led();
    }

    /** @throws io.tinyclip.checkpoint.FollowedException if this process led and another one leads now */
    public void requireLead() {
        store.term().ifPresent(Term::require);
    }

    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    /** One line a sample that was left out. */
    public Path badSamples() {
        return path.resolve("bad-samples.jsonl");
    }

    /** The units of students chosen by hand, where measuring them took long. */
    public Path manualUnits() {
        return path.resolve("manual-units.json");
    }

    /** Of the final model. */
    public Path model() {
        return path.resolve("model");
    }

    /** Of the model after an earlier stage, such as {@code model-75}. */
    public Path model(double keep) {
        return path.resolve("model-" + Math.round(keep * PERCENT));
    }

    /** What earlier processes recorded here. */
    public Optional<RunRecord> record() {
        return recordIn(path.resolve(RECORD));
    }

    /** The record of the run in whose folder a model of it lies; empty for a model that lies elsewhere. */
    public static Optional<RunRecord> recordOf(Path model) {
        Optional<Path> run =
                Optional.ofNullable(model.toAbsolutePath().normalize().getParent());
        return run.flatMap(folder -> recordIn(folder.resolve(RECORD)));
    }

    private static Optional<RunRecord> recordIn(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(RunRecordJson.read(Files.readString(file), file.toString()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "cannot read [" + file + "] (" + e.getMessage() + "); check its permissions", e);
        }
    }

    /** The precision that the run has here; empty where it has none yet. */
    public Optional<Precision> precision() {
        return BegunSettings.of(record(), path.resolve(EFFECTIVE)).flatMap(BegunSettings::precision);
    }

    /**
     * What run.json says of a run that this process has; empty where the file is gone.
     *
     * @throws InvalidInputException if it is another's: somebody deleted the folder, and a run began in it anew
     */
    Optional<RunRecord> recordOf(RunRecord own) {
        Optional<RunRecord> there = record();
        if (there.filter(it -> !it.isSameRun(own)).isPresent()) {
            throw new InvalidInputException("run folder [" + path + "] was deleted while this run went on, and another"
                    + " began there; this one ends, the other is not touched");
        }
        return there;
    }

    /** @throws InvalidInputException if the folder has become another run's */
    void write(RunRecord record) {
        if (!lock.isOpen()) {
            throw new IllegalStateException("run folder [" + path + "] was given back: it may be another process's");
        }
        recordOf(record);
        requireLead();
        AtomicFile.writeText(path.resolve(RECORD), RunRecordJson.write(record));
    }

    /**
     * Adds to a finished run's record what was done to it; for whoever did, once no process uses the folder.
     *
     * @throws InvalidInputException if no finished run lies there
     */
    public static void suffered(Path folder, List<SufferedFault> faults) {
        Path file = folder.resolve(RECORD);
        RunRecord record = recordIn(file)
                .filter(it -> it.course().finished())
                .orElseThrow(() -> new InvalidInputException("[" + folder + "] holds no finished run"));
        AtomicFile.writeText(
                file, RunRecordJson.write(record.with(record.figures().withFaults(faults))));
    }

    /** Records the settings as they are used from now on. */
    public void write(Settings settings) {
        ConfigRenderOptions readable = ConfigRenderOptions.defaults()
                .setOriginComments(false)
                .setComments(false)
                .setJson(false);
        requireLead();
        Config effective = settings.used().withOnlyPath("tinyclip");
        AtomicFile.writeText(path.resolve(EFFECTIVE), effective.root().render(readable));
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private void requireSame(Settings settings, String command) {
        Optional<RunRecord> record = record();
        Optional<String> begun = record.map(it -> it.beginning().command()).filter(other -> !other.equals(command));
        if (begun.isPresent()) {
            throw new InvalidInputException("run folder [" + path + "] holds a " + begun.get() + ", not a " + command
                    + "; set tinyclip.run.folder to another folder");
        }
        Optional<BegunSettings> before = BegunSettings.of(record, path.resolve(EFFECTIVE));
        if (record.isPresent() && before.isEmpty()) {
            throw new InvalidInputException("run folder [" + path + "] has no " + EFFECTIVE + ", and its " + RECORD
                    + " is of a version that had no settings in it; bring the file back, or set tinyclip.run.folder to"
                    + " another folder");
        }
        Set<String> hashed = record.map(it -> it.beginning().inputs().keySet()).orElse(Set.of());
        List<String> differences =
                before.map(it -> it.differences(settings, hashed)).orElse(List.of());
        if (!differences.isEmpty()) {
            throw new InvalidInputException("run folder [" + path + "] was begun with other settings: "
                    + String.join("; ", differences) + "; set them back, or set tinyclip.run.folder to another folder");
        }
    }

    /** What run.json says of the terms that were claimed, should their files be lost. */
    private final class Recorded implements Journal {
        @Override
        public long term() {
            return record().map(it -> it.course().trail().term()).orElse(0L);
        }

        @Override
        public void claimed(long term) {
            // Whoever leads writes it with the rest of its record.
        }

        @Override
        public void newest(long steps) {
            // Nothing is committed before the run's own journal is there.
        }
    }
}
