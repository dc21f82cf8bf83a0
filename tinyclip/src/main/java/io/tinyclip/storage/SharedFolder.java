package io.tinyclip.storage;

import io.tinyclip.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Optional;

/**
 * A folder that all who may lead a run share, on a disk or in a store. What lies in it is whole: it is there with its whole
 * content, or not at all. A name may have slashes, and what they divide need not be made.
 */
public interface SharedFolder {
    /** Writes all of it to a channel; the same each time, since it may be asked again. */
    @FunctionalInterface
    interface Content {
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /** As messages name what lies in it; of the empty name, the folder itself. */
    String shown(String name);

    /** A folder in this one. */
    SharedFolder folder(String name);

    /**
     * Makes something small that nobody has made before, durably. Of all who try at the same time, one succeeds.
     *
     * @return whether it was this call that made it
     */
    boolean create(String name) throws IOException;

    /**
     * Puts a whole content there, in place of what there is, durably.
     *
     * @param allowed throws where the writer may do so no more; asked again before each attempt, where those may be minutes
     *     apart
     * @throws java.io.UncheckedIOException naming the place and what to do; what was there before is untouched
     */
    void write(String name, Content content, Runnable allowed);

    /** The same, of bytes that are at hand. */
    default void write(String name, byte[] bytes, Runnable allowed) {
        write(name, channel -> AtomicFile.writeFully(channel, ByteBuffer.wrap(bytes)), allowed);
    }

    /**
     * Proves that things can be made here, and that of all who create one at the same time, one succeeds; leaves nothing.
     *
     * @throws io.tinyclip.model.InvalidInputException saying what is not so, where that stays so
     * @throws IOException if nothing can be made now
     */
    void probe() throws IOException;

    /**
     * A small text in UTF-8, of one moment.
     *
     * @return empty where there is none
     */
    Optional<String> text(String name) throws IOException;

    /** What lies there, whether it exists or not. */
    Blob open(String name);

    /** @throws java.io.UncheckedIOException where that cannot be told */
    boolean exists(String name);

    /**
     * The names of what lies directly in a folder, and of folders in it; nothing where it does not exist.
     *
     * @param below the folder; empty for this one
     * @return sorted
     * @throws java.io.UncheckedIOException naming the place and what to do
     */
    List<String> names(String below);

    /** What cannot be removed costs space only, and is tried again later: it is said in the log. */
    void delete(String name);

    /** Removes what writes that were cut off have left in a folder. For whoever leads, while nobody writes. */
    void removeLeftovers(String below);

    /**
     * What it means that something cannot be read: an {@link io.tinyclip.model.InvalidInputException} where it is damaged or
     * gone, and anything else where nobody can tell now.
     */
    RuntimeException unreadable(String name, IOException failure);
}
