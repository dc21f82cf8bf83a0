package io.tinyclip.checkpoint;

import com.google.gson.JsonObject;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A committed checkpoint, every file of which was found whole. */
public final class Checkpoint {
    private final Path folder;
    private final Manifest manifest;

    private Checkpoint(Path folder, Manifest manifest) {
        this.folder = folder;
        this.manifest = manifest;
    }

    /**
     * Reads a manifest and verifies every file; what is missing, torn or corrupt is an {@link InvalidInputException}.
     */
    static Checkpoint open(Path folder) {
        Manifest manifest = Manifest.read(folder);
        if (!folder.endsWith(manifest.id())) {
            throw new InvalidInputException(
                    "[" + folder + "] holds the manifest of checkpoint [" + manifest.id() + "]");
        }
        manifest.ranges().forEach(range -> RangeFormat.verify(folder, range));
        return new Checkpoint(folder, manifest);
    }

    /** Whether the manifest can be read and every file has its length; false for sure where {@link #open} would refuse that. */
    static boolean seemsWhole(Path folder) {
        try {
            for (RangeFile range : Manifest.read(folder).ranges()) {
                if (Files.size(folder.resolve(range.name())) != range.bytes()) {
                    return false;
                }
            }
            return true;
        } catch (InvalidInputException | IOException e) {
            return false;
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
