package io.tinyclip.checkpoint;

import io.tinyclip.storage.SharedFolder;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The names in a store's folder: what lies there, what does not belong there, and how it is removed. */
final class CheckpointFolder {
    static final String LATEST = "latest";

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final Pattern ID = Pattern.compile("step-\\d{9}");
    /** Named in a warning. */
    private static final int MOST_NAMED = 3;

    private final SharedFolder folder;

    CheckpointFolder(SharedFolder folder) {
        this.folder = folder;
    }

    SharedFolder shared() {
        return folder;
    }

    /** @throws IllegalArgumentException for what is no id, and may lead elsewhere */
    SharedFolder of(String id) {
        if (!isId(id)) {
            throw new IllegalArgumentException("checkpoint id [" + id + "] must be like step-000000123");
        }
        return folder.folder(id);
    }

    static boolean isId(String name) {
        return ID.matcher(name).matches();
    }

    /** Of checkpoints, and of what was to become one, oldest first. */
    List<String> ids() {
        return folder.names("").stream().filter(CheckpointFolder::isId).toList();
    }

    /** Of what has a manifest, newest first. */
    List<String> committed() {
        return ids().stream()
                .filter(id -> of(id).exists(Manifest.FILE))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /** The manifest first: what is left of an interrupted removal must not look like a checkpoint. */
    void remove(String id) {
        SharedFolder checkpoint = of(id);
        checkpoint.delete(Manifest.FILE);
        checkpoint.names("").forEach(checkpoint::delete);
        folder.delete(id);
    }

    /** Removes temporary files that a crash left. */
    void removeLeftovers() {
        folder.removeLeftovers("");
        ids().forEach(folder::removeLeftovers);
    }

    /** Says in one line what lies here and is nothing of a run: it changes nothing, and somebody may miss it elsewhere. */
    void warnOfStrays() {
        List<String> strays = folder.names("").stream()
                .filter(name -> !isId(name) && !Terms.isTerm(name) && !PinFiles.isOne(name) && !name.equals(LATEST))
                .toList();
        if (!strays.isEmpty()) {
            LOG.warn(
                    "[{}] has [{}] files that are no checkpoints and no terms, such as {}; they count for nothing, remove them",
                    folder.shown(""),
                    strays.size(),
                    strays.subList(0, Math.min(MOST_NAMED, strays.size())));
        }
    }
}
