package io.tinyclip.actors.lease;

import com.typesafe.config.Config;
import io.tinyclip.model.InvalidInputException;
import java.util.Locale;

/**
 * How partitions are leased. No part of it changes a bit of a run.
 *
 * @param bySpeed whether leases follow the speeds that workers show; otherwise they are equal
 * @param recompute share of partitions, 0 to 1, that a second worker computes too, for servers to compare
 */
public record LeasePolicy(boolean bySpeed, double recompute) {
    /** Leases are equal, and nothing is computed twice. */
    public static final LeasePolicy EQUAL = new LeasePolicy(false, 0);

    static final String RECOMPUTE = "tinyclip.actors.recompute";
    private static final String LEASES = "tinyclip.actors.leases";

    /** @throws InvalidInputException for settings out of bounds */
    public static LeasePolicy of(Config config) {
        String leases = config.getString(LEASES).strip().toLowerCase(Locale.ROOT);
        boolean bySpeed = leases.equals("speed");
        if (!bySpeed && !leases.equals("equal")) {
            throw new InvalidInputException(LEASES + " [" + leases + "] must be one of speed, equal");
        }
        double recompute = config.getDouble(RECOMPUTE);
        if (!(recompute >= 0 && recompute <= 1)) {
            throw new InvalidInputException(RECOMPUTE + " [" + recompute + "] must be from 0 to 1");
        }
        return new LeasePolicy(bySpeed, recompute);
    }
}
