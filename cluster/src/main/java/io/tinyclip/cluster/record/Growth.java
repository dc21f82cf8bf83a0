package io.tinyclip.cluster.record;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.hash.Sha256;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What files of lines have grown by since they were put into a store, as an object beside each: so whoever leads next knows of
 * the steps since the last checkpoint, and need not ask for them again. It names by its hash what it continues, and counts for
 * nothing beside anything else:
 *
 * <pre>
 * metrics.jsonl.tail    SHA-256 of metrics.jsonl as it is in the store, and further lines
 * </pre>
 */
final class Growth {
    /** How the name of such an object ends. */
    static final String TAIL = ".tail";

    /** Bytes; what has grown by more is put whole. */
    private static final int LONGEST = 1 << 20;

    private final Path path;
    private final SharedFolder shared;
    private final List<String> names;
    private final Map<String, Whole> wholes = new HashMap<>();
    private final Map<String, Long> told = new HashMap<>();

    /** @param names of such files, in the order in which they are put */
    Growth(Path path, SharedFolder shared, List<String> names) {
        this.path = path;
        this.shared = shared;
        this.names = names;
    }

    /** A file as it is in the store. */
    private record Whole(long bytes, String sha256) {
        static final Whole NOTHING = new Whole(0, Sha256.hex(new byte[0]));
    }

    boolean concerns(String name) {
        return names.contains(name);
    }

    /**
     * The files in the order in which it is to be seen how long they are: they are written in the other one, and what is put must
     * have nothing in a later one of which an earlier one does not know.
     */
    List<String> lastFirst() {
        List<String> reversed = new ArrayList<>(names);
        Collections.reverse(reversed);
        return reversed;
    }

    /** From now on this is what is in the store. */
    synchronized void isWhole(String name, long bytes, String sha256) {
        wholes.put(name, new Whole(bytes, sha256));
        if (told.remove(name) != null) {
            shared.delete(name + TAIL);
        }
    }

    /** Nothing is known of the store. */
    synchronized void forget() {
        wholes.clear();
        told.clear();
    }

    /** Adds to a file that was fetched what it has grown by. */
    synchronized void append(String name) throws IOException {
        Optional<String> tail = shared.text(name + TAIL);
        String sha256 = wholes.getOrDefault(name, Whole.NOTHING).sha256 + "\n";
        if (tail.isPresent() && tail.get().startsWith(sha256)) {
            byte[] before = Files.exists(path.resolve(name)) ? Files.readAllBytes(path.resolve(name)) : new byte[0];
            byte[] more = tail.get().substring(sha256.length()).getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(path.resolve(name), channel -> {
                AtomicFile.writeFully(channel, ByteBuffer.wrap(before));
                AtomicFile.writeFully(channel, ByteBuffer.wrap(more));
            });
        }
    }

    /** What files had grown by counts no more: they are cut. */
    synchronized void cut() {
        names.forEach(name -> shared.delete(name + TAIL));
    }

    /**
     * Puts what is new beside what is in the store.
     *
     * @param allowed throws where this process leads no more
     * @return names of files that have grown by too much for that
     */
    synchronized List<String> put(Runnable allowed) throws IOException {
        Map<String, Long> sizes = new HashMap<>();
        for (String name : lastFirst()) {
            Path file = path.resolve(name);
            sizes.put(name, Files.exists(file) ? Files.size(file) : 0);
        }
        for (String name : names) {
            Path file = path.resolve(name);
            Whole whole = wholes.getOrDefault(name, Whole.NOTHING);
            long size = sizes.getOrDefault(name, 0L);
            if (size > whole.bytes + LONGEST) {
                return names;
            }
            if (size > whole.bytes && size != told.getOrDefault(name, 0L)) {
                byte[] text = tail(file, whole, (int) (size - whole.bytes));
                shared.write(name + TAIL, text, allowed);
                told.put(name, size);
            }
        }
        return List.of();
    }

    /** Whole lines. */
    private static byte[] tail(Path file, Whole whole, int bytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(whole.bytes);
            String lines = new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
            String text = whole.sha256 + "\n" + lines.substring(0, lines.lastIndexOf('\n') + 1);
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
