package io.tinyclip.data;

import java.util.Optional;

/** When the tars of a set are read from their first to their last byte, for their indexes; decides bits. */
public enum IndexMode {
    /** {@link #FIRST_READ} for sets of many tars, each of which has a count beside it; {@link #BEFORE} for others. */
    AUTO,
    /** Before the first step: the content hash covers all that is in them. */
    BEFORE,
    /**
     * When a step first asks for a sample of theirs. How many samples each holds is believed as it was counted; the content hash
     * covers the counts and the rules alone, and what was read is pinned, see {@link Dataset#pin}.
     */
    FIRST_READ;

    private static final String COUNTED = "counts-";

    /** The content hash of pairs that are known by counts alone. @param hex of the counts and the rules */
    public static String byCounts(String hex) {
        return COUNTED + hex;
    }

    /** Whether a content hash covers counts where others cover content. */
    public static boolean isByCounts(String contentHash) {
        return contentHash.startsWith(COUNTED);
    }

    /** This, unless a run is known to have begun with the whole content read. @param contentHash that the run recorded */
    public IndexMode asBegun(Optional<String> contentHash) {
        return contentHash.isPresent() && !isByCounts(contentHash.get()) ? BEFORE : this;
    }
}
