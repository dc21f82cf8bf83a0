package io.tinyclip.data;

import io.tinyclip.model.InvalidInputException;
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
    FIRST_READ,
    /** As {@link #AUTO} has decided for {@link #FIRST_READ} where a run began: each tar must have its count here, too. */
    COUNTED;

    private static final String PREFIX = "counts-";
    /** Tars that are first read while any pair may follow any other: a step may need all of them, and pin all at once. */
    private static final int MOST_SCATTERED = 512;

    /** The content hash of pairs that are known by counts alone. @param hex of the counts and the rules */
    public static String byCounts(String hex) {
        return PREFIX + hex;
    }

    /** Whether a content hash covers counts where others cover content. */
    public static boolean isByCounts(String contentHash) {
        return contentHash.startsWith(PREFIX);
    }

    /**
     * Refuses more tars than can be read when they are first needed where a step does not take runs of neighbours from some.
     *
     * @param setting names the tars in messages
     */
    public static void requireFew(int scattered, String setting) {
        if (scattered > MOST_SCATTERED) {
            throw new InvalidInputException("[" + scattered + "] tars of " + setting
                    + " would be read when they are first needed, though a step may need any of them: at most ["
                    + MOST_SCATTERED + "] can be, with tinyclip.data.order = pairs or with weights in"
                    + " tinyclip.data.upsampling; set order to shards and leave the weights out, or set"
                    + " tinyclip.data.index = before");
        }
    }

    /** This, as a run has decided that is known to have begun. @param contentHash that the run recorded */
    public IndexMode asBegun(Optional<String> contentHash) {
        if (contentHash.isEmpty()) {
            return this;
        }
        boolean byCounts = isByCounts(contentHash.get());
        return byCounts && this == AUTO ? COUNTED : byCounts ? this : BEFORE;
    }
}
