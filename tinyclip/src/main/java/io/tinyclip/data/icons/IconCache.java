package io.tinyclip.data.icons;

import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Drawings kept in a folder, because drawing all of them takes time. A file holds the maps of one set of
 * icons, one after the other, and ends in their SHA-256; its name hashes all that decides the bytes: which icons of
 * which versions, the size, the version of the drawing code and the Java runtime that draws. A file that is torn or
 * damaged is drawn again. Processes that want the same file wait for the first of them.
 */
public final class IconCache {
    /** Told about drawing, on the thread that called {@link IconCache#open}; not called when nothing is drawn. */
    @FunctionalInterface
    public interface Progress {
        void drawn(int done, int total);
    }

    private static final int THREADS = 2;
    private static final int CHUNK = 64;
    private static final int NAME_BYTES = 12;
    private static final int MAP_BYTES = IconDrawing.SIZE * IconDrawing.SIZE;

    /** A file lock belongs to the whole JVM, so its own threads need one of their own. */
    private static final Object LOCK = new Object();

    private final Path folder;

    /** @param folder is made when something has to be kept */
    public IconCache(Path folder) {
        this.folder = folder;
    }

    /**
     * Icons with their drawings, from the folder or else drawn and kept there.
     *
     * @param catalog which icons
     * @param limit only the first so many of the catalog's order
     * @throws InvalidInputException if they are not there and the folder cannot be written
     */
    public IconSet open(IconCatalog catalog, int limit, Progress progress) {
        List<Icon> icons = catalog.first(limit);
        Path file = folder.resolve("icons-" + key(icons) + ".bin");
        try {
            Optional<List<byte[]>> kept = read(file, icons.size()); // whole, since it was renamed; may be read only
            if (kept.isPresent()) {
                return new IconSet(icons, kept.get(), IconDrawing.SIZE);
            }
            synchronized (LOCK) {
                Files.createDirectories(folder);
                try (FileChannel channel = FileChannel.open(
                                folder.resolve("icons.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    return new IconSet(icons, readOrDraw(file, icons, progress), IconDrawing.SIZE);
                }
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "cannot keep drawings in [" + folder + "] (" + e
                            + "); set tinyclip.cache.folder to a folder that can be written, with 100 MB free",
                    e);
        }
    }

    private static List<byte[]> readOrDraw(Path file, List<Icon> icons, Progress progress) throws IOException {
        Optional<List<byte[]>> kept = read(file, icons.size());
        if (kept.isPresent()) {
            return kept.get();
        }
        List<byte[]> maps = draw(icons, progress);
        write(file, maps);
        return maps;
    }

    private static String key(List<Icon> icons) {
        MessageDigest digest = Sha256.digest();
        String drawing = IconDrawing.VERSION + " " + IconDrawing.SIZE + " " + Runtime.version();
        digest.update(drawing.getBytes(StandardCharsets.UTF_8));
        for (Icon icon : icons) {
            digest.update(("\n" + icon.resource()).getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, NAME_BYTES);
    }

    private static Optional<List<byte[]>> read(Path file, int count) throws IOException {
        long length = (long) count * MAP_BYTES;
        if (!Files.exists(file) || Files.size(file) != length + Sha256.BYTES) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(file);
        MessageDigest digest = Sha256.digest();
        digest.update(bytes, 0, (int) length);
        if (!Arrays.equals(digest.digest(), 0, Sha256.BYTES, bytes, (int) length, bytes.length)) {
            return Optional.empty();
        }
        List<byte[]> maps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            maps.add(Arrays.copyOfRange(bytes, i * MAP_BYTES, (i + 1) * MAP_BYTES));
        }
        return Optional.of(maps);
    }

    private static void write(Path file, List<byte[]> maps) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        MessageDigest digest = Sha256.digest();
        try (var out = Files.newOutputStream(temporary)) {
            for (byte[] map : maps) {
                out.write(map);
                digest.update(map);
            }
            out.write(digest.digest());
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<byte[]> draw(List<Icon> icons, Progress progress) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<List<byte[]>>> chunks = new ArrayList<>();
            for (int from = 0; from < icons.size(); from += CHUNK) {
                List<Icon> chunk = icons.subList(from, Math.min(from + CHUNK, icons.size()));
                chunks.add(threads.submit(() -> {
                    IconDrawing drawing = new IconDrawing();
                    return chunk.stream().map(drawing::draw).toList();
                }));
            }
            List<byte[]> maps = new ArrayList<>(icons.size());
            for (Future<List<byte[]>> chunk : chunks) {
                maps.addAll(chunk.get());
                progress.drawn(maps.size(), icons.size());
            }
            return maps;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an icon cannot be drawn: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while drawing icons", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
