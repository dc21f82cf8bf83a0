package io.tinyclip.taught;

import io.tinyclip.data.RecurringViews;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A store that was filled before a run and is one of its inputs: its values are the values, whoever computed them. All its files
 * are there when it is opened, of which the heads are read; each entry is held against its checksum when it is read. Of a file, 12
 * bytes are kept in memory, by which one that was put in its place later is told.
 */
public final class TaughtInput {
    private static final String REMEDY =
            "; fill it by the command precompute with this recipe, or set tinyclip.teacher-store.folder or .use";

    private final TaughtFolder folder;
    private final int[] firsts;
    private final long[] bodies;
    private final String hash;

    private TaughtInput(TaughtFolder folder, int[] firsts, long[] bodies, String hash) {
        this.folder = folder;
        this.firsts = firsts;
        this.bodies = bodies;
        this.hash = hash;
    }

    /** Collects the heads of all files. */
    private static final class Opening {
        private final TaughtFolder folder;
        private final ContentHash hash = new ContentHash("tinyclip teacher store 1");
        private String precision = "";
        private int[] firsts = new int[16];
        private long[] bodies = new long[16];
        private int files;

        Opening(TaughtFolder folder) {
            this.folder = folder;
            hash.add(folder.key().json().toString());
        }

        void add(TaughtRange range, int index) {
            Path file = folder.file(range);
            try (FileChannel channel = FileChannel.open(file)) {
                TaughtHead head = folder.head(channel, range);
                if (head.body().isEmpty()) {
                    throw new DamagedStoreException("was not finished");
                }
                requirePrecision(head, file);
                if (files == firsts.length) {
                    firsts = Arrays.copyOf(firsts, 2 * files);
                    bodies = Arrays.copyOf(bodies, 2 * files);
                }
                firsts[files] = index;
                bodies[files] = fingerprint(head);
                files++;
                hash.add(range.content()).add(range.first()).add(head.body());
            } catch (NoSuchFileException e) {
                throw new InvalidInputException(
                        "the store of teacher embeddings in [" + folder.path() + "] is not complete: no file [" + file
                                + "]" + REMEDY,
                        e);
            } catch (DamagedStoreException e) {
                throw refusal(file, e);
            } catch (IOException e) {
                throw unread(file, e);
            }
        }

        private void requirePrecision(TaughtHead head, Path file) {
            String made = head.maker().precision();
            if (files > 0 && !made.equals(precision)) {
                throw new InvalidInputException("teacher embeddings [" + file + "] were made in [" + made
                        + "], others in [" + precision + "]; remove [" + folder.path()
                        + "] and fill it in one tinyclip.precision");
            }
            precision = made;
        }

        TaughtInput opened() {
            return new TaughtInput(folder, Arrays.copyOf(firsts, files), Arrays.copyOf(bodies, files), hash.hex());
        }
    }

    /**
     * Opens a complete store.
     *
     * @throws InvalidInputException if a file is missing, damaged or of another store, naming it
     */
    public static TaughtInput open(TaughtFolder folder, RecurringViews data) {
        Opening opening = new Opening(folder);
        TaughtRange.forEach(data, folder.length(), opening::add);
        return opening.opened();
    }

    /** SHA-256, in hex, of what it is of and of all its values. */
    public String hash() {
        return hash;
    }

    /**
     * What the teacher says of some views, in their order.
     *
     * @param slots of the dataset that it was opened for
     * @throws InvalidInputException if an entry is damaged, or its file is another one now
     */
    public TaughtView[] read(List<TaughtSlot> slots) {
        TaughtView[] views = new TaughtView[slots.size()];
        for (Map.Entry<TaughtRange, List<Integer>> each : folder.byFile(slots).entrySet()) {
            Path file = folder.file(each.getKey());
            try (FileChannel channel = FileChannel.open(file)) {
                TaughtHead head = folder.head(channel, each.getKey());
                TaughtSlot any = slots.get(each.getValue().get(0));
                int first = any.index() - any.content().place() + each.getKey().first();
                if (fingerprint(head) != bodies[Arrays.binarySearch(firsts, first)]) {
                    throw new DamagedStoreException("has other values than when the run began");
                }
                long body = channel.position();
                for (int at : each.getValue()) {
                    int number = folder.number(slots.get(at), each.getKey());
                    views[at] = folder.entry(channel, body, number)
                            .orElseThrow(() -> new DamagedStoreException("is damaged at view [" + number + "]"));
                }
            } catch (DamagedStoreException e) {
                throw refusal(file, e);
            } catch (IOException e) {
                throw unread(file, e);
            }
        }
        return views;
    }

    private static long fingerprint(TaughtHead head) {
        return HexFormat.fromHexDigitsToLong(head.body(), 0, 2 * Long.BYTES);
    }

    private static InvalidInputException refusal(Path file, DamagedStoreException e) {
        return new InvalidInputException("teacher embeddings [" + file + "] " + e.what() + REMEDY, e);
    }

    private static UncheckedIOException unread(Path file, IOException e) {
        return new UncheckedIOException(
                "teacher embeddings [" + file + "] cannot be read (" + e + "); restore them", e);
    }
}
