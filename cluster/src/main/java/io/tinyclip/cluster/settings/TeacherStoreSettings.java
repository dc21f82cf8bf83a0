package io.tinyclip.cluster.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where what teachers say of pairs is kept on a disk.
 *
 * @param views K, of each pair in every run; 0 where views belong to the run
 * @param hash of the store that must be found; empty for any
 * @param folder holds the stores of several teachers, and of several K
 */
public record TeacherStoreSettings(int views, Use use, Optional<String> hash, Path folder) {
    /** What a run does with a store. */
    public enum Use {
        /** It has none. */
        NONE,
        /** It reads what is there, and writes what it computes. */
        FILLED,
        /** All that it needs is there. */
        PRECOMPUTED
    }
}
