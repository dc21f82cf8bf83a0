package io.tinyclip.checkpoint;

import com.google.gson.JsonObject;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;

/** A committed checkpoint, every file of which was found whole. */
public final class Checkpoint {
    private final SharedFolder folder;
    private final Manifest manifest;

    private Checkpoint(SharedFolder folder, Manifest manifest) {
        this.folder = folder;
        this.manifest = manifest;
    }

    /**
     * Reads a manifest and verifies every file; what is missing, torn or corrupt is an {@link InvalidInputException}.
     */
    static Checkpoint open(SharedFolder folder, String id) {
        Manifest manifest = Manifest.read(folder);
        if (!manifest.id().equals(id)) {
            throw new InvalidInputException(
                    "[" + folder.shown("") + "] holds the manifest of checkpoint [" + manifest.id() + "]");
        }
        manifest.ranges().forEach(range -> RangeFormat.verify(folder, range));
        return new Checkpoint(folder, manifest);
    }

    /** Whether the manifest can be read and every file has its length; false for sure where {@link #open} would refuse that. */
    static boolean seemsWhole(SharedFolder folder) {
        try {
            return Manifest.read(folder).ranges().stream().allMatch(range -> isThere(folder, range));
        } catch (InvalidInputException e) {
            return false;
        }
    }

    /**
     * Whether a range file has its length.
     *
     * @throws RuntimeException where nobody can tell now
     */
    static boolean isThere(SharedFolder folder, RangeFile range) {
        try {
            return folder.open(range.name()).size() == range.bytes();
        } catch (IOException e) {
            RuntimeException what = folder.unreadable(range.name(), e);
            if (what instanceof InvalidInputException) {
                return false;
            }
            throw what;
        }
    }

    /** {@code step-000000123}. */
    public String id() {
        return manifest.id();
    }

    /** What the coordinator committed beside the vector; a copy. */
    public JsonObject state() {
        return manifest.state().deepCopy();
    }

    /** P, floats of the vector. */
    public int size() {
        return manifest.size();
    }

    /**
     * A stretch of the vector and its moments, whatever files it lies in.
     *
     * @param from first float
     * @param to one past the last; at most {@link #size}
     * @throws InvalidInputException if a file can no longer be read
     */
    public SavedRange readRange(int from, int to) {
        if (from < 0 || from >= to || to > size()) {
            throw new IllegalArgumentException("range [" + from + ", " + to + ") must lie in [0, " + size() + ")");
        }
        SavedRange range = new SavedRange(
                from,
                FloatVector.allocate(to - from),
                FloatVector.allocate(to - from),
                FloatVector.allocate(to - from));
        for (RangeFile file : manifest.ranges()) {
            if (file.from() < to && file.to() > from) {
                RangeFormat.read(folder, file, range);
            }
        }
        return range;
    }
}
