package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Removal;
import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Models that were fetched, each in a folder that is named by its address, and below it by the names, sizes and versions of its
 * files; so another version never lies among the files of one. It appears whole or not at all: files grow in a folder of another
 * name, where a fetch that was cut off goes on. Of processes that want the same model one fetches, the others wait.
 */
final class ModelCache {
    /** Fetched at a time, and forced to the disk: what a power cut may have torn is the last of them. */
    private static final int CHUNK = 1 << 23;

    private static final int NAME_LETTERS = 16;
    private static final String PARTIAL = ".partial";
    private static final String DISK_FULL = "No space left on device";
    private static final long MILLION = 1_000_000;
    /** Two threads cannot hold one lock of a file. */
    private static final Object FETCHING = new Object();

    private final Path folder;
    private final Store store;
    private final Supplier<Progress> progress;

    ModelCache(Path folder, Store store, Supplier<Progress> progress) {
        this.folder = folder;
        this.store = store;
        this.progress = progress;
    }

    /**
     * A model's folder or file, fetched unless it is here.
     *
     * @param setting names it in messages
     * @throws InvalidInputException if it cannot be read or kept
     */
    Path fetched(String location, String setting) {
        String shown = setting + " [" + Location.shown(location) + "]";
        try {
            ModelFiles model = ModelFiles.find(store, location);
            String name =
                    Location.shown(location).replaceFirst("^[a-z0-9]+://", "").replaceAll("[^A-Za-z0-9._-]+", "-");
            String place = name.substring(0, Math.min(name.length(), 60)) + "-" + hash(Location.shown(location));
            Path there = folder.resolve(place);
            makeFolder(there);
            Path whole = there.resolve(id(model.files()));
            synchronized (FETCHING) {
                try (FileChannel lock = FileChannel.open(
                                there.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock held = lock.lock()) {
                    if (!Files.isDirectory(whole) && held.isValid()) {
                        fetch(model.files(), whole, shown);
                    }
                }
            }
            return model.folder() ? whole : whole.resolve(fileName(model.files().get(0)));
        } catch (IOException e) {
            throw new InvalidInputException(shown + " cannot be fetched: " + said(e), e);
        }
    }

    private static String said(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private void makeFolder(Path there) {
        try {
            Files.createDirectories(there);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "cannot make the cache folder [" + there + "] (" + e + "); set tinyclip.storage.cache", e);
        }
        if (!Files.isWritable(there)) {
            throw new InvalidInputException(
                    "cannot write in the cache folder [" + there + "]; set tinyclip.storage.cache");
        }
    }

    private void fetch(List<Blob> files, Path whole, String shown) throws IOException {
        Path partial = whole.resolveSibling(whole.getFileName() + PARTIAL);
        Files.createDirectories(partial);
        long total = 0;
        for (Blob file : files) {
            total += file.size();
        }
        requireRoom(total - held(partial), shown);
        try (Progress bar = progress.get()) {
            bar.begin("fetching " + shown + " (MB)", Math.max(1, total / MILLION), held(partial) / MILLION);
            long done = 0;
            for (Blob file : files) {
                done = fetch(file, partial.resolve(fileName(file)), bar, done);
            }
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains(DISK_FULL)) {
                Removal.of(partial);
                throw full(total, shown, e);
            }
            throw e;
        }
        AtomicFile.createFolders(partial);
        Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    private static long fetch(Blob file, Path target, Progress bar, long before) throws IOException {
        long size = file.size();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(1, Math.min(CHUNK, size)));
        try (FileChannel channel = FileChannel.open(
                target, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = Math.min(size, Math.max(0, (channel.size() - 1) / CHUNK * CHUNK));
            channel.truncate(at);
            channel.position(at);
            while (at < size) {
                buffer.clear().limit((int) Math.min(CHUNK, size - at));
                file.read(at, buffer);
                AtomicFile.writeFully(channel, buffer.flip());
                channel.force(true);
                at += buffer.limit();
                bar.advance((before + at) / MILLION, "");
            }
        }
        return before + size;
    }

    private static long held(Path partial) throws IOException {
        long held = 0;
        try (Stream<Path> files = Files.list(partial)) {
            for (Path file : files.toList()) {
                held += Files.size(file);
            }
        }
        return held;
    }

    private void requireRoom(long needed, String shown) throws IOException {
        if (Files.getFileStore(folder).getUsableSpace() < needed) {
            throw full(needed, shown, new IOException(DISK_FULL));
        }
    }

    private InvalidInputException full(long needed, String shown, IOException e) {
        return new InvalidInputException(
                shown + " needs " + (needed / MILLION + 1) + " MB in [" + folder
                        + "], and that disk is full; free some space,"
                        + " or set tinyclip.storage.cache to a folder elsewhere",
                e);
    }

    private static String fileName(Blob file) throws IOException {
        String name = file.name();
        if (!name.matches("[A-Za-z0-9._ -]+") || name.startsWith(".")) {
            throw new RefusedException("[" + file.location() + "] has a name that no file of a model has");
        }
        return name;
    }

    private static String id(List<Blob> files) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Blob file : files) {
            all.append(file.name())
                    .append('\n')
                    .append(file.size())
                    .append('\n')
                    .append(file.version())
                    .append('\n');
        }
        return hash(all.toString());
    }

    private static String hash(String text) {
        return Sha256.hex(text.getBytes(StandardCharsets.UTF_8)).substring(0, NAME_LETTERS);
    }
}
