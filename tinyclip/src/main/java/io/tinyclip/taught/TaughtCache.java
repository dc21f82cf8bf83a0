package io.tinyclip.taught;

import io.tinyclip.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that runs fill while they go on. What is not there, or not as it was written, is computed again by whoever asks; as a
 * value is a function of the store's key and its slot, several processes may write the same entries at once. That nothing can be
 * written is said once, and costs only that values are computed again. Nothing is forced to the disk: checksums tell.
 */
public final class TaughtCache {
    private static final Logger LOG = LoggerFactory.getLogger(TaughtCache.class);

    private final TaughtFolder folder;
    private final Set<Path> said = ConcurrentHashMap.newKeySet();
    private volatile boolean writable = true;

    public TaughtCache(TaughtFolder folder) {
        this.folder = folder;
    }

    public TaughtKey key() {
        return folder.key();
    }

    /** What is kept of some views, in their order. */
    public List<Optional<TaughtView>> read(List<TaughtSlot> slots) {
        List<Optional<TaughtView>> views = new ArrayList<>();
        slots.forEach(slot -> views.add(Optional.empty()));
        folder.byFile(slots).forEach((range, places) -> {
            Path file = folder.file(range);
            try (FileChannel channel = FileChannel.open(file)) {
                folder.head(channel, range);
                long body = channel.position();
                for (int at : places) {
                    views.set(at, entry(channel, body, folder.number(slots.get(at), range), file));
                }
            } catch (NoSuchFileException e) {
                LOG.trace("[{}] is not there yet", file);
            } catch (DamagedStoreException e) {
                say(file, e.what());
            } catch (IOException e) {
                say(file, "cannot be read (" + e + ")");
            }
        });
        return views;
    }

    private Optional<TaughtView> entry(FileChannel channel, long body, int number, Path file) throws IOException {
        try {
            return folder.entry(channel, body, number);
        } catch (DamagedStoreException e) {
            say(file, e.what());
            return Optional.empty();
        }
    }

    private void say(Path file, String what) {
        if (said.add(file)) {
            LOG.warn("teacher embeddings [{}] {}; they are computed again", file, what);
        }
    }

    /** Keeps what was computed, unless that failed before. */
    public void write(List<TaughtSlot> slots, List<TaughtView> views) {
        if (!writable) {
            return;
        }
        for (Map.Entry<TaughtRange, List<Integer>> each : folder.byFile(slots).entrySet()) {
            TaughtRange range = each.getKey();
            try {
                write(range, each.getValue(), slots, views);
            } catch (IOException e) {
                writable = false;
                LOG.warn(
                        "teacher embeddings can no longer be kept in [{}] ({}); the run goes on, and computes those that"
                                + " are missing each time",
                        folder.path(),
                        e.toString());
                return;
            }
        }
    }

    private void write(TaughtRange range, List<Integer> places, List<TaughtSlot> slots, List<TaughtView> views)
            throws IOException {
        Path file = folder.file(range);
        make(file, range);
        int bytes = folder.key().entryBytes();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            folder.head(channel, range);
            long body = channel.position();
            for (int at : places) {
                int number = folder.number(slots.get(at), range);
                ByteBuffer entry = ByteBuffer.allocate(bytes);
                TaughtEntry.put(number, views.get(at), folder.key().embedding(), entry);
                entry.flip();
                long from = body + (long) number * bytes;
                while (entry.hasRemaining()) {
                    channel.write(entry, from + entry.position());
                }
            }
        } catch (DamagedStoreException e) {
            // Another process has just put it there; whoever reads says so.
            LOG.debug("[{}] {}", file, e.what());
        }
    }

    /** Makes an empty file where none is that can be used; it appears whole or not at all. */
    private synchronized void make(Path file, TaughtRange range) throws IOException {
        if (isSound(file, range)) {
            return;
        }
        Files.createDirectories(Objects.requireNonNull(file.getParent(), "it lies in a folder"));
        String writer = Long.toHexString(ProcessHandle.current().pid()) + "-" + Long.toHexString(System.nanoTime());
        Path temporary = file.resolveSibling(file.getFileName() + "." + writer + AtomicFile.TEMPORARY);
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                TaughtHead head = new TaughtHead(folder.key().json(), range, TaughtHead.Maker.ANY, "");
                AtomicFile.writeFully(channel, ByteBuffer.wrap(head.bytes()));
                // The rest is a hole, which costs no room.
                long last = channel.position() + folder.bodyBytes(range) - 1;
                channel.write(ByteBuffer.allocate(1), last);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private boolean isSound(Path file, TaughtRange range) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            folder.head(channel, range);
            return true;
        } catch (NoSuchFileException | DamagedStoreException e) {
            return false;
        }
    }
}
