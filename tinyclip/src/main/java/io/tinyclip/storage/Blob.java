package io.tinyclip.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file or an object of a store, which does not change while it is read. May be read by several threads at once. */
public interface Blob {
    /** As messages and indexes name it: a path or an address, without credentials. */
    String location();

    /** The last part of where it lies, without a query. */
    default String name() {
        String path = location().replaceFirst("[?].*", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * Bytes.
     *
     * @throws java.nio.file.NoSuchFileException if there is none by that name
     */
    long size() throws IOException;

    /** Another text whenever the bytes may have changed, such as the time of the change or an ETag; empty where nothing tells. */
    default String version() throws IOException {
        return "";
    }

    /**
     * Fills what remains of a buffer.
     *
     * @param offset of the first byte, from 0
     * @throws java.io.EOFException if the blob ends before the buffer is full
     * @throws ChangedBlobException if it is known not to be the blob any more whose size was asked
     * @throws IOException if it cannot be read from this machine, after retries where those can help
     */
    void read(long offset, ByteBuffer into) throws IOException;
}
