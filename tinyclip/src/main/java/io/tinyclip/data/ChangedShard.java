package io.tinyclip.data;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.ChangedBlobException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;

/** A shard that is not what its index says is of no use to anybody: nothing of it is trained on, or left out. */
final class ChangedShard {
    private ChangedShard() {}

    /** @param what is not as it was, such as {@code the picture of [key] at byte 512} */
    static InvalidInputException changed(Blob shard, String what, String index) {
        return new InvalidInputException("tar [" + shard.location() + "] has changed since its index was made: " + what
                + "; put the tar back, or delete [" + index + "] and start another run");
    }

    /** One that never was. @param setting names the shards */
    static InvalidInputException missing(Blob shard, String setting, NoSuchFileException e) {
        return new InvalidInputException(
                "no file [" + shard.location() + "], which " + setting + " names; check the path", e);
    }

    /**
     * What a failed read means.
     *
     * @param what was read
     * @return an {@link InvalidInputException} where everybody who reads the shard will fail, else an {@link
     *     UncheckedIOException}
     */
    static RuntimeException unread(Blob shard, String what, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new InvalidInputException(
                    "tar [" + shard.location() + "] is gone, and was there when it was opened; put it back", e);
        }
        if (e instanceof EOFException) {
            return new InvalidInputException(
                    "tar [" + shard.location() + "] ends before " + what
                            + " does, and was longer when its index was made; put it back",
                    e);
        }
        if (e instanceof ChangedBlobException) {
            return new InvalidInputException("tar " + e.getMessage(), e);
        }
        return new UncheckedIOException("tar [" + shard.location() + "] cannot be read (" + e + "); restore it", e);
    }
}
