package io.tinyclip.actors.run;

import com.typesafe.config.Config;
import io.tinyclip.actors.lease.LeasePolicy;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.plan.BadLimit;
import java.time.Duration;

/**
 * How a run takes losses and differences, and how long it waits.
 *
 * @param elastic whether it waits for others where the last worker or a server is lost; otherwise it ends
 * @param relaxed whether workers of several numeric classes compute: then a partition has one owner, and what is lost
 *     or late is computed again as a whole step
 * @param deadline of leases
 * @param beginPatience how long a run that has begun once waits for as many machines as it began with
 * @param copyLag steps that copies of shards may be behind; 0 where there are none
 * @param leases how partitions are leased
 * @param badLimit how many samples the run may do without
 */
public record RunPolicy(
        boolean elastic,
        boolean relaxed,
        Deadline deadline,
        Duration beginPatience,
        int copyLag,
        LeasePolicy leases,
        BadLimit badLimit) {
    /** The setting that says {@link #beginPatience}. */
    public static final String BEGIN_PATIENCE = "tinyclip.actors.begin-patience";

    private static final String COPY_LAG = "tinyclip.actors.copy-lag";
    private static final int MOST_COPY_LAG = 64;
    private static final String FACTOR = "tinyclip.actors.lease-deadline.factor";
    private static final String LEAST = "tinyclip.actors.lease-deadline.least";
    private static final double LEAST_FACTOR = 1.5;
    private static final Duration LEAST_LEAST = Duration.ofMillis(100);

    /** Without copies, with equal leases and any number of samples that cannot be used. */
    public RunPolicy(boolean elastic, boolean relaxed, Deadline deadline, Duration beginPatience) {
        this(elastic, relaxed, deadline, beginPatience, 0, LeasePolicy.EQUAL, BadLimit.NONE);
    }

    /** @throws InvalidInputException for settings out of bounds */
    public static RunPolicy of(Config config, boolean elastic, boolean relaxed) {
        int copyLag = config.getInt(COPY_LAG);
        if (copyLag < 0 || copyLag > MOST_COPY_LAG) {
            throw new InvalidInputException(COPY_LAG + " [" + copyLag + "] must be from 0 to " + MOST_COPY_LAG);
        }
        Duration beginPatience = config.getDuration(BEGIN_PATIENCE);
        return new RunPolicy(
                elastic, relaxed, Deadline.of(config), beginPatience, copyLag, LeasePolicy.of(config), BadLimit.NONE);
    }

    public RunPolicy withCopyLag(int steps) {
        return new RunPolicy(elastic, relaxed, deadline, beginPatience, steps, leases, badLimit);
    }

    public RunPolicy with(LeasePolicy other) {
        return new RunPolicy(elastic, relaxed, deadline, beginPatience, copyLag, other, badLimit);
    }

    public RunPolicy with(BadLimit limit) {
        return new RunPolicy(elastic, relaxed, deadline, beginPatience, copyLag, leases, limit);
    }

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
