package io.tinyclip.taught;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of one store lie: in a folder that is named by the store's key, in one of some that are named by the first
 * letters of the shards' hashes, {@code KEY/ab/HASH-FIRST.taught}.
 *
 * @param base holds the stores of several teachers
 * @param length most samples of a file
 */
public record TaughtFolder(Path base, TaughtKey key, int length) {
    /** Samples of a file: some 2 MB for each view where an embedding has 512 numbers. */
    public static final int LENGTH = 1024;

    private static final int PREFIX = 2;

    /** Of files of the usual length. */
    public TaughtFolder(Path base, TaughtKey key) {
        this(base, key, LENGTH);
    }

    /** The folder of this store. */
    public Path path() {
        return base.resolve(key.name());
    }

    Path file(TaughtRange range) {
        String content = range.content();
        return path().resolve(content.substring(0, PREFIX)).resolve(content + "-" + range.first() + ".taught");
    }

    /** Of all entries of a file. */
    long bodyBytes(TaughtRange range) {
        return (long) range.count() * key.views() * key.entryBytes();
    }

    /** An entry's number in its file. */
    int number(TaughtSlot slot, TaughtRange range) {
        return (slot.content().place() - range.first()) * key.views() + slot.view();
    }

    /** Which of the slots lie in which file, by their places in the list. */
    Map<TaughtRange, List<Integer>> byFile(List<TaughtSlot> slots) {
        Map<TaughtRange, List<Integer>> byFile = new LinkedHashMap<>();
        for (int i = 0; i < slots.size(); i++) {
            TaughtRange range = TaughtRange.of(slots.get(i).content(), length);
            byFile.computeIfAbsent(range, none -> new ArrayList<>()).add(i);
        }
        return byFile;
    }

    /**
     * Reads the head of a range's file, and stands behind it then.
     *
     * @throws DamagedStoreException if the file is not whole, or of another range or store
     */
    TaughtHead head(FileChannel file, TaughtRange range) throws IOException, DamagedStoreException {
        TaughtHead head = TaughtHead.read(file);
        Optional<String> difference = key.difference(head.key());
        if (difference.isPresent()) {
            throw new DamagedStoreException("is of another store: " + difference.get());
        }
        if (!head.range().equals(range)) {
            throw new DamagedStoreException("is of other samples, " + head.range());
        }
        long size = file.position() + bodyBytes(range);
        if (file.size() != size) {
            throw new DamagedStoreException("has [" + file.size() + "] bytes, not [" + size + "]");
        }
        return head;
    }

    /** One entry of a file whose head ends at {@code body}. */
    Optional<TaughtView> entry(FileChannel file, long body, int number) throws IOException, DamagedStoreException {
        int bytes = key.entryBytes();
        ByteBuffer entry = read(file, body + (long) number * bytes, bytes);
        if (entry.remaining() < bytes) {
            throw new DamagedStoreException("ends within view [" + number + "]");
        }
        return TaughtEntry.get(number, key.embedding(), entry);
    }

    /** As many bytes as asked for, or as there are. */
    static ByteBuffer read(FileChannel file, long from, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        int read = 0;
        while (read >= 0 && buffer.hasRemaining()) {
            read = file.read(buffer, from + buffer.position());
        }
        return buffer.flip();
    }
}
