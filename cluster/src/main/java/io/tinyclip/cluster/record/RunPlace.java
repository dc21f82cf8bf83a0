package io.tinyclip.cluster.record;

import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.LocalFolder;
import io.tinyclip.storage.SharedFolder;
import io.tinyclip.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Where a run's folder is, on a disk or in a store. */
public final class RunPlace {
    private RunPlace() {}

    /** Where the run's folder is, for all who may lead it. */
    public static SharedFolder shared(FreeSettings.Files files) {
        return files.address()
                .map(it -> Storage.folder(it, "tinyclip.run.folder"))
                .orElseGet(() -> new LocalFolder(files.folder()));
    }

    /**
     * Refuses a folder in a store that is not there, may not be written, or where two could both become leader.
     *
     * @throws InvalidInputException saying why
     * @throws UncheckedIOException if the store does not answer now
     */
    public static void requireUsable(FreeSettings.Files files) {
        if (files.address().isPresent()) {
            try {
                shared(files).probe();
            } catch (InvalidInputException e) {
                throw unusable(files, e);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "cannot write in the run folder [" + files.shown() + "] now (" + e.getMessage() + ")", e);
            }
        }
    }

    static InvalidInputException unusable(FreeSettings.Files files, Exception e) {
        return new InvalidInputException(
                "cannot write in the run folder [" + files.shown() + "] (" + e.getMessage()
                        + "); set tinyclip.run.folder",
                e);
    }
}
