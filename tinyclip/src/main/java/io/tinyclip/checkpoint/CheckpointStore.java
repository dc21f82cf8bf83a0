package io.tinyclip.checkpoint;

import com.google.gson.JsonObject;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.LocalFolder;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run in one folder that all who may coordinate it share:
 *
 * <pre>
 * latest                                         the newest id, for people and scripts
 * term-7                                         see {@link Terms}
 * pins-000000124-7.bin                           see {@link PinFiles}
 * step-000000123/range-0000000000-0000065536.bin one range, see {@link RangeFormat}
 * step-000000123/manifest.json                   what makes it a checkpoint, see {@link Manifest}
 * </pre>
 *
 * <p>Every file appears whole or not at all, so a crash at any moment leaves ranges without a manifest, which count for
 * nothing, or a whole checkpoint. {@code latest} only tells that there was one: losing it loses nothing. Only the coordinator
 * writes here; who that is, {@link Terms} says.
 */
public final class CheckpointStore {
    /** Checkpoints that are kept; one more lies there while it is written. */
    public static final int KEPT = 2;

    static final String LATEST = CheckpointFolder.LATEST;

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final int LONGEST_LATEST = 64;
    private static final long MOST_STEPS = 999_999_999;
    private static final String PREFIX = "step-";

    private final CheckpointFolder folder;
    private final Journal journal;
    private final Optional<Term> term;
    private final PinFiles pins;

    /**
     * Bytes of a checkpoint's range files.
     *
     * @param floats P
     * @param ranges files that the vector is cut into, one a server
     */
    public static long bytes(int floats, int ranges) {
        return RangeFormat.bytes(0, floats) + (ranges - 1L) * RangeFormat.HEADER_BYTES;
    }

    /** A store on a folder such as {@code runs/NAME/checkpoints}, which need not exist yet. */
    public CheckpointStore(Path folder) {
        this(folder, Journal.NONE);
    }

    /** @param journal is told of every checkpoint and term, and remembers them where the folder is lost */
    public CheckpointStore(Path folder, Journal journal) {
        this(new LocalFolder(folder), journal);
    }

    /** A store on a folder that need not be on a disk. */
    public CheckpointStore(SharedFolder folder, Journal journal) {
        this(new CheckpointFolder(folder), journal, Optional.empty());
    }

    private CheckpointStore(CheckpointFolder folder, Journal journal, Optional<Term> term) {
        this.folder = folder;
        this.pins = new PinFiles(folder);
        this.journal = journal;
        this.term = term;
    }

    /** The same store with the next term, in which whoever is given it leads; claims it. */
    public CheckpointStore led() {
        return new CheckpointStore(folder, journal, Optional.of(terms().take()));
    }

    /** The same store, in the same term, with another journal. */
    public CheckpointStore remembered(Journal by) {
        return new CheckpointStore(folder, by, term);
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

    /** What shards of the training pairs were found to hold. */
    public PinFiles pins() {
        return pins;
    }

    /** Who leads the run whose checkpoints these are. */
    public Terms terms() {
        return new Terms(folder.shared(), journal);
    }

    /**
     * Makes a range durable. Writing it again replaces it.
     *
     * @throws UncheckedIOException naming the path and what to do, if the disk is full or the folder cannot be written;
     *     committed checkpoints stay whole
     */
    public RangeFile writeRange(String id, SavedRange range) {
        return RangeFormat.write(folder.of(id), range);
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
        SharedFolder checkpoint = folder.of(id);
        List<RangeFile> ordered =
                ranges.stream().sorted(Comparator.comparingInt(RangeFile::from)).toList();
        Manifest manifest = new Manifest(id, ordered, state);
        ordered.forEach(range -> requirePresent(checkpoint, range));
        journal.committing(steps(id));
        writeText(checkpoint, Manifest.FILE, manifest.text());
        newestIs(id);
        removeOld(id);
    }

    /** The newest checkpoint of which every file is whole; each newer one that is not is named in a warning. */
    public Optional<Checkpoint> newestGood() {
        for (String id : folder.committed()) {
            try {
                return Optional.of(Checkpoint.open(folder.of(id), id));
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
        boolean doubtful = folder.committed().stream().anyMatch(id -> id.compareTo(last) > 0);
        if (doubtful) {
            // Said first: who finds none then need not look for what was removed.
            folder.committed().stream()
                    .filter(id -> id.compareTo(last) <= 0)
                    .findFirst()
                    .ifPresentOrElse(this::newestIs, this::noneIs);
        }
        folder.ids().stream()
                .filter(id -> id.compareTo(last) > 0)
                .sorted(Comparator.reverseOrder())
                .forEach(folder::remove);
        pins.removeAfter(steps);
        return newestGood();
    }

    /**
     * Whether a checkpoint has all its files in their full length: cheap, since none of them is read. Where it is false,
     * {@link #newestGood} finds nothing.
     */
    public boolean seemsWhole() {
        return folder.committed().stream().anyMatch(id -> Checkpoint.seemsWhole(folder.of(id)));
    }

    /** Committed steps of the newest checkpoint that was ever here, whole or not, by what lies here; 0 where none was. */
    public long newestKnown() {
        return Stream.concat(latest().stream(), folder.committed().stream())
                .mapToLong(CheckpointStore::steps)
                .max()
                .orElse(0);
    }

    /** Removes every checkpoint, whole or not: the run starts over. Terms stay, since they must go on. */
    public void removeAll() {
        noneIs();
        folder.ids().forEach(folder::remove);
        pins.removeAll();
    }

    /** Tidies up after a crash. For the coordinator before a run starts, while nobody writes. */
    public void removeLeftovers() {
        folder.removeLeftovers();
        folder.warnOfStrays();
    }

    private void newestIs(String id) {
        writeText(folder.shared(), LATEST, id + "\n");
        journal.newest(steps(id));
    }

    private void noneIs() {
        journal.newest(0);
        folder.shared().delete(LATEST);
    }

    private static long steps(String id) {
        return Long.parseLong(id.substring(PREFIX.length()));
    }

    /** People and scripts may read it, and nothing but this does: a damaged one says nothing. */
    private Optional<String> latest() {
        try {
            Blob blob = folder.shared().open(LATEST);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(LONGEST_LATEST, blob.size()));
            blob.read(0, bytes);
            String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
            return Optional.of(text.strip()).filter(CheckpointFolder::isId);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void writeText(SharedFolder in, String name, String text) {
        in.write(name, text.getBytes(StandardCharsets.UTF_8), () -> term.ifPresent(Term::require));
    }

    private static void requirePresent(SharedFolder checkpoint, RangeFile range) {
        if (!Checkpoint.isThere(checkpoint, range)) {
            throw new InvalidInputException("[" + checkpoint.shown(range.name()) + "] of " + range.bytes()
                    + " bytes was written but is not here; tinyclip.run.folder must be on a disk that all coordinators"
                    + " share");
        }
    }

    /**
     * Ranges that were never committed go with the checkpoints that are as old. What is newer than the checkpoint that was
     * just committed was refused by {@link #newestGood}, or the run would have gone on from there: it does not count.
     */
    private void removeOld(String newest) {
        List<String> committed = folder.committed().stream()
                .filter(id -> id.compareTo(newest) <= 0)
                .toList();
        if (committed.size() < KEPT) {
            return;
        }
        String oldestKept = committed.get(KEPT - 1);
        folder.ids().stream().filter(id -> id.compareTo(oldestKept) < 0).forEach(folder::remove);
    }
}
