package io.tinyclip.cluster.record;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Removal;
import io.tinyclip.hash.Sha256;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.SharedFolder;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What whoever leads has on its own disk of a run whose folder is in a store: files that grow or that are written for people.
 * They are put into the store whole, before what says that they are there. Whoever leads next begins with what is in the store
 * and throws away what it had.
 */
final class WorkingCopy {
    private static final int BUFFER = 1 << 20;
    private static final String TEMPORARY = AtomicFile.TEMPORARY;
    /** A folder with it is whole for whoever reads it. */
    private static final String CONFIG = "config.json";
    /** Of this machine alone: the lock, and log.txt with the one before it. */
    private static final List<String> OWN = List.of("lock", "log.txt");

    private final Path path;
    private final SharedFolder shared;
    private final List<String> continued;
    private final String family;
    private final Growth growth;
    private final Map<String, Stamp> published = new HashMap<>();

    /**
     * @param continued names of files with which whoever leads goes on
     * @param family what names of further ones begin with
     * @param growing those of the first that grow with each step, in the order in which they are put
     */
    WorkingCopy(Path path, SharedFolder shared, List<String> continued, String family, List<String> growing) {
        this.path = path;
        this.shared = shared;
        this.continued = continued;
        this.family = family;
        this.growth = new Growth(path, shared, growing);
    }

    /** Of a file as it was put into the store. */
    private record Stamp(long bytes, FileTime changed) {
        static Stamp of(Path file) throws IOException {
            return new Stamp(Files.size(file), Files.getLastModifiedTime(file));
        }
    }

    /**
     * Throws away what is here, and fetches that with which a run goes on.
     *
     * @throws UncheckedIOException where the store does not answer
     */
    synchronized void fetch() {
        inStep(() -> {
            published.clear();
            growth.forget();
            clear();
            List<String> there = shared.names("");
            for (String name : continued) {
                if (there.contains(name)) {
                    fetch(name);
                }
                if (there.contains(name + Growth.TAIL) && growth.concerns(name)) {
                    growth.append(name);
                }
            }
            for (String name : there) {
                if (name.startsWith(family)) {
                    fetch(name);
                }
            }
        });
    }

    /** Brings a folder of the store here, where it is whole there. */
    synchronized void bring(String folder) {
        if (shared.exists(folder + "/" + CONFIG)) {
            inStep(() -> {
                for (String name : shared.names(folder)) {
                    fetch(folder + "/" + name);
                }
            });
        }
    }

    /** Puts what has changed into the store, where files were cut. */
    void cut(Runnable allowed) {
        allowed.run();
        growth.cut();
        publish(allowed);
    }

    /** Puts what files have grown by into the store; does not wait for what else is put. */
    void putGrowth(Runnable allowed) {
        inStep(() -> {
            if (!growth.put(allowed).isEmpty()) {
                publish(allowed);
            }
        });
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private void inStep(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot keep [" + path + "] in step with the run folder [" + shared.shown("") + "] ("
                            + e.getMessage() + ")",
                    e);
        }
    }

    /**
     * Puts what has changed into the store.
     *
     * @param allowed throws where this process leads no more
     */
    synchronized void publish(Runnable allowed) {
        inStep(() -> putChanged(allowed));
    }

    private void putChanged(Runnable allowed) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(path)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !isOwn(file) && !file.toString().endsWith(TEMPORARY))
                    .sorted(Comparator.comparing((Path file) -> file.endsWith(CONFIG))
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
        Map<Path, Stamp> growing = new HashMap<>();
        for (String name : growth.lastFirst()) {
            Path file = path.resolve(name);
            if (files.contains(file)) {
                growing.put(file, Stamp.of(file));
            }
        }
        for (Path file : files) {
            Stamp now = growing.containsKey(file) ? growing.get(file) : Stamp.of(file);
            String name = path.relativize(file).toString().replace('\\', '/');
            if (!now.equals(published.get(name))) {
                put(name, file, now.bytes, allowed);
                published.put(name, now);
            }
        }
    }

    /** So much of a file as there was: it may be growing. */
    private void put(String name, Path file, long bytes, Runnable allowed) {
        MessageDigest digest = Sha256.digest();
        if (bytes == 0) {
            allowed.run();
            shared.delete(name);
        } else {
            shared.write(
                    name,
                    channel -> {
                        digest.reset();
                        copy(file, bytes, channel, digest);
                    },
                    allowed);
        }
        if (growth.concerns(name)) {
            growth.isWhole(name, bytes, HexFormat.of().formatHex(digest.digest()));
        }
    }

    private static void copy(Path file, long bytes, WritableByteChannel to, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER, bytes)];
        try (InputStream in = Files.newInputStream(file)) {
            for (long left = bytes; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    throw new EOFException("[" + file + "] became shorter while it was read");
                }
                digest.update(buffer, 0, read);
                AtomicFile.writeFully(to, ByteBuffer.wrap(buffer, 0, read));
                left -= read;
            }
        }
    }

    private void fetch(String name) throws IOException {
        Blob blob = shared.open(name);
        Path file = path.resolve(name);
        long size = blob.size();
        MessageDigest digest = Sha256.digest();
        AtomicFile.write(file, channel -> {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, Math.max(1, size)));
            for (long at = 0; at < size; at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
                blob.read(at, buffer);
                digest.update(buffer.flip().duplicate());
                AtomicFile.writeFully(channel, buffer);
            }
        });
        published.put(name, Stamp.of(file));
        if (growth.concerns(name)) {
            growth.isWhole(name, size, HexFormat.of().formatHex(digest.digest()));
        }
    }

    private boolean isOwn(Path file) {
        String first = path.relativize(file).getName(0).toString();
        return OWN.stream().anyMatch(first::startsWith);
    }

    private void clear() throws IOException {
        List<Path> fetched;
        try (Stream<Path> files = Files.list(path)) {
            fetched = files.filter(file -> !isOwn(file)).toList();
        }
        for (Path file : fetched) {
            Removal.of(file);
        }
    }
}
