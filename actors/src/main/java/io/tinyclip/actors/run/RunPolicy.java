package io.tinyclip.actors.run;

import com.typesafe.config.Config;
import io.tinyclip.model.InvalidInputException;
import java.time.Duration;

/**
 * How a run takes losses and differences, and how long it waits.
 *
 * @param elastic whether it waits for others where the last worker or a server is lost; otherwise it ends
 * @param relaxed whether workers of several numeric classes compute: then a partition has one owner, and what is lost
 *     or late is computed again as a whole step
 * @param deadline of leases
 * @param beginPatience how long a run that has begun once waits for as many machines as it began with
 * @param filePatience how long a checkpoint may take to be read or written before the coordinator gives up its lead
 */
public record RunPolicy(
        boolean elastic, boolean relaxed, Deadline deadline, Duration beginPatience, Duration filePatience) {
    /** The setting that says {@link #beginPatience}. */
    public static final String BEGIN_PATIENCE = "tinyclip.actors.begin-patience";

    /** The setting that says {@link #filePatience}. */
    public static final String FILE_PATIENCE = "tinyclip.actors.file-patience";

    private static final String FACTOR = "tinyclip.actors.lease-deadline.factor";
    private static final String LEAST = "tinyclip.actors.lease-deadline.least";
    private static final double LEAST_FACTOR = 1.5;
    private static final Duration LEAST_LEAST = Duration.ofMillis(100);

    /**
     * When a lease is late.
     *
     * @param factor over the usual time of a step
     * @param least however fast steps are
     */
    public record Deadline(double factor, Duration least) {
        /** @throws InvalidInputException for settings out of bounds */
        public static Deadline of(Config config) {
            double factor = config.getDouble(FACTOR);
            Duration least = config.getDuration(LEAST);
            if (!(factor >= LEAST_FACTOR)) {
                throw new InvalidInputException(FACTOR + " [" + factor + "] must be at least " + LEAST_FACTOR);
            }
            if (least.compareTo(LEAST_LEAST) < 0) {
                throw new InvalidInputException(
                        LEAST + " [" + least.toMillis() + " ms] must be at least " + LEAST_LEAST.toMillis() + " ms");
            }
            return new Deadline(factor, least);
        }
    }
}
