package io.tinyclip.checkpoint;

import com.google.gson.JsonObject;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run in one folder that all who may coordinate it share:
 *
 * <pre>
 * latest                                         the newest id, for people and scripts
 * term-7                                         see {@link Terms}
 * step-000000123/range-0000000000-0000065536.bin one range, see {@link RangeFormat}
 * step-000000123/manifest.json                   what makes it a checkpoint, see {@link Manifest}
 * </pre>
 *
 * <p>Every file appears whole or not at all, so a crash at any moment leaves ranges without a manifest, which count for
 * nothing, or a whole checkpoint. Nothing is read from {@code latest}: losing it loses nothing. Only the coordinator
 * writes here; who that is, {@link Terms} says.
 */
public final class CheckpointStore {
    static final String LATEST = "latest";

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final int KEPT = 2;
    private static final long MOST_STEPS = 999_999_999;
    private static final Pattern ID = Pattern.compile("step-\\d{9}");

    private final Path folder;
    private final Optional<Term> term;

    /** A store on a folder such as {@code runs/NAME/checkpoints}, which need not exist yet. */
    public CheckpointStore(Path folder) {
        this(folder, Optional.empty());
    }

    private CheckpointStore(Path folder, Optional<Term> term) {
        this.folder = folder;
        this.term = term;
    }

    /** The same store with the next term, in which whoever is given it leads; claims it. */
    public CheckpointStore led() {
        return new CheckpointStore(folder, Optional.of(terms().take()));
    }

    /** In which this store's holder leads; empty where none has been claimed for it. */
    public Optional<Term> term() {
        return term;
    }

    /** The id of the checkpoint after that many committed steps of the whole run; ids sort as numbers do. */
    public static String id(long steps) {
        if (steps < 0 || steps > MOST_STEPS) {
            throw new IllegalArgumentException("steps [" + steps + "] must be from 0 to " + MOST_STEPS);
        }
        return String.format(Locale.ROOT, "step-%09d", steps);
    }

    /** Who leads the run whose checkpoints these are. */
    public Terms terms() {
        return new Terms(folder);
    }

    /**
     * Makes a range durable. Writing it again replaces it.
     *
     * @throws UncheckedIOException naming the path and what to do, if the disk is full or the folder cannot be written;
     *     committed checkpoints stay whole
     */
    public RangeFile writeRange(String id, SavedRange range) {
        return RangeFormat.write(folderOf(id), range);
    }

    /**
     * Makes the ranges a checkpoint, then removes all that is older than it and the one before it. May be repeated.
     *
     * @param ranges what {@link #writeRange} gave; they tile the vector, in any order
     * @param state all of the run's state that is no vector
     * @throws InvalidInputException if a file is not there
     * @throws UncheckedIOException as for {@link #writeRange}
     */
    public void commit(String id, List<RangeFile> ranges, JsonObject state) {
        Path checkpoint = folderOf(id);
        List<RangeFile> ordered =
                ranges.stream().sorted(Comparator.comparingInt(RangeFile::from)).toList();
        Manifest manifest = new Manifest(id, ordered, state);
        ordered.forEach(range -> requirePresent(checkpoint, range));
        AtomicFile.writeText(checkpoint.resolve(Manifest.FILE), manifest.text());
        AtomicFile.writeText(folder.resolve(LATEST), id + "\n");
        removeOld(id);
    }

    /** The newest checkpoint of which every file is whole; each newer one that is not is named in a warning. */
    public Optional<Checkpoint> newestGood() {
        for (String id : committed()) {
            try {
                return Optional.of(Checkpoint.open(folderOf(id)));
            } catch (InvalidInputException e) {
                LOG.warn("checkpoint {} is skipped, an older one is tried: {}", id, e.getMessage());
            }
        }
        return Optional.empty();
    }

    /**
     * The newest checkpoint that is whole, of those after at most so many steps. What came after that many is removed
     * first, as its bits are in doubt.
     */
    public Optional<Checkpoint> newestGoodUpTo(long steps) {
        String last = id(steps);
        ids().filter(id -> id.compareTo(last) > 0)
                .sorted(Comparator.reverseOrder())
                .forEach(this::removeCheckpoint);
        return newestGood();
    }

    /** Removes temporary files that a crash left. For the coordinator before a run starts, while nobody writes. */
    public void removeLeftovers() {
        Stream.concat(Stream.of(folder), ids().map(this::folderOf))
                .flatMap(CheckpointStore::list)
                .filter(file -> file.getFileName().toString().endsWith(AtomicFile.TEMPORARY))
                .forEach(CheckpointStore::delete);
    }

    private Path folderOf(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("checkpoint id [" + id + "] must be like step-000000123");
        }
        return folder.resolve(id);
    }

    private static void requirePresent(Path checkpoint, RangeFile range) {
        Path file = checkpoint.resolve(range.name());
        try {
            if (Files.size(file) == range.bytes()) {
                return;
            }
        } catch (IOException e) {
            throw new InvalidInputException(absent(file, range), e);
        }
        throw new InvalidInputException(absent(file, range));
    }

    private static String absent(Path file, RangeFile range) {
        return "[" + file + "] of " + range.bytes() + " bytes was written but is not here;"
                + " tinyclip.run.folder must be on a disk that all coordinators share";
    }

    /** Newest first. */
    private List<String> committed() {
        return ids().filter(id -> Files.exists(folderOf(id).resolve(Manifest.FILE)))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private Stream<String> ids() {
        return list(folder).map(path -> path.getFileName().toString()).filter(name -> ID.matcher(name)
                .matches());
    }

    /**
     * Ranges that were never committed go with the checkpoints that are as old. What is newer than the checkpoint that was
     * just committed was refused by {@link #newestGood}, or the run would have gone on from there: it does not count.
     */
    private void removeOld(String newest) {
        List<String> committed =
                committed().stream().filter(id -> id.compareTo(newest) <= 0).toList();
        if (committed.size() < KEPT) {
            return;
        }
        String oldestKept = committed.get(KEPT - 1);
        ids().filter(id -> id.compareTo(oldestKept) < 0).sorted().forEach(this::removeCheckpoint);
    }

    /** The manifest first: what is left of an interrupted removal must not look like a checkpoint. */
    private void removeCheckpoint(String id) {
        Path checkpoint = folderOf(id);
        delete(checkpoint.resolve(Manifest.FILE));
        list(checkpoint).forEach(CheckpointStore::delete);
        delete(checkpoint);
    }

    /** What cannot be removed costs space only, and the next commit tries again: no reason to fail a run. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot remove [{}]: {}; it may be removed by hand", file, e.toString());
        }
    }

    /** What a folder holds, by name; nothing where it does not exist. */
    private static Stream<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list [" + folder + "]: " + e + "; check its permissions", e);
        }
    }
}
