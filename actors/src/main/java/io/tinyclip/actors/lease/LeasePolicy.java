package io.tinyclip.actors.lease;

import com.typesafe.config.Config;
import io.tinyclip.model.InvalidInputException;
import java.util.Locale;

/**
 * How partitions are leased. No part of it changes a bit of a run.
 *
 * @param bySpeed whether leases follow the speeds that workers show; otherwise they are equal
 */
public record LeasePolicy(boolean bySpeed) {
    /** Leases are equal. */
    public static final LeasePolicy EQUAL = new LeasePolicy(false);

    private static final String LEASES = "tinyclip.actors.leases";

    /** @throws InvalidInputException for settings out of bounds */
    public static LeasePolicy of(Config config) {
        String leases = config.getString(LEASES).strip().toLowerCase(Locale.ROOT);
        boolean bySpeed = leases.equals("speed");
        if (!bySpeed && !leases.equals("equal")) {
            throw new InvalidInputException(LEASES + " [" + leases + "] must be one of speed, equal");
        }
        return new LeasePolicy(bySpeed);
    }
}
