package io.tinyclip.plan;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * How many samples a run may do without because their pictures cannot be used. A function of what is committed alone, so that
 * every resume ends at the same step.
 *
 * @param share of the samples seen, from 0 to 1; each sample counts as often as it came
 */
public record BadLimit(double share) {
    /** Bears everything. */
    public static final BadLimit NONE = new BadLimit(1);

    /** Samples from which on a share is one: before, as many bad ones are borne as it allows of so many. */
    private static final long LEAST_SEEN = 10_000;

    /** @param bad of those seen. @return why the run must end, in one line; empty while it may go on */
    public Optional<String> refusal(long bad, long seen) {
        BigDecimal allowed = BigDecimal.valueOf(share).multiply(BigDecimal.valueOf(Math.max(seen, LEAST_SEEN)));
        if (BigDecimal.valueOf(bad).compareTo(allowed) <= 0) {
            return Optional.empty();
        }
        return Optional.of(
                "[" + bad + "] of [" + seen + "] samples had pictures that cannot be used, above the share of ["
                        + share + "] that tinyclip.data.bad-share allows"
                        + (seen < LEAST_SEEN ? " of the first [" + LEAST_SEEN + "]" : "")
                        + "; mend what bad-samples.jsonl in the run folder names, or raise tinyclip.data.bad-share and go on");
    }
}
