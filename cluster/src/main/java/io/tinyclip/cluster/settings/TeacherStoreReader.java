package io.tinyclip.cluster.settings;

import io.tinyclip.cluster.settings.TeacherStoreSettings.Use;
import io.tinyclip.storage.Location;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;

/** Reads where what teachers say is kept. */
final class TeacherStoreReader {
    private static final String VIEWS = "teacher-store.views";
    private static final String USE = "teacher-store.use";
    private static final String HASH = "teacher-store.hash";
    private static final String FOLDER = "teacher-store.folder";
    private static final int MOST_VIEWS = 1024;

    private TeacherStoreReader() {}

    /** @param cache in which stores lie unless it is said where */
    static TeacherStoreSettings read(SettingValues values, Path cache) {
        int views = values.whole(VIEWS, 0, MOST_VIEWS);
        Use use = values.choice(USE, EnumSet.allOf(Use.class));
        if (views == 0 && use != Use.NONE) {
            throw values.refusal(
                    VIEWS,
                    "must be at least 1 where tinyclip." + USE + " is not none: only views that recur are stored");
        }
        String folder = values.text(FOLDER);
        return new TeacherStoreSettings(
                views,
                use,
                hash(values, use),
                folder.isEmpty() ? cache.resolve("taught") : Location.local(folder, "tinyclip." + FOLDER));
    }

    private static Optional<String> hash(SettingValues values, Use use) {
        String hash = values.text(HASH);
        if (hash.isEmpty()) {
            return Optional.empty();
        }
        if (!hash.matches("[0-9a-f]{64}") || use != Use.PRECOMPUTED) {
            throw values.refusal(
                    HASH,
                    "must be empty, or the SHA-256 that run.json has of a store, and tinyclip." + USE + " precomputed");
        }
        return Optional.of(hash);
    }
}
