package io.tinyclip.actors.plane.tcp;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.model.InvalidInputException;
import java.time.Duration;

/**
 * {@code tinyclip.plane.incoming}: how many connections others may have open here, and for how long.
 *
 * @param all at a time
 * @param byAddress from one address
 * @param strangers that have not asked for anything that was announced to them
 * @param idle how long one may stay open on which nothing is awaited
 */
public record Guests(int all, int byAddress, int strangers, Duration idle) {
    private static final int MOST = 65536;
    private static final Duration LONGEST_IDLE = Duration.ofDays(1);

    /** As {@code reference.conf} says. */
    static Guests usual() {
        Config plane = ConfigFactory.defaultReference().resolve().getConfig("tinyclip.plane");
        return read(plane, plane.getDuration("timeout"));
    }

    /**
     * @param plane {@code tinyclip.plane}
     * @param timeout after which a connection ends that stands still; a session says something more often than that
     */
    static Guests read(Config plane, Duration timeout) {
        int all = PlaneSettings.whole(plane, "incoming.all", 1, MOST);
        Duration idle = PlaneSettings.duration(plane, "incoming.idle", Duration.ofSeconds(1), LONGEST_IDLE);
        if (idle.compareTo(timeout) < 0) {
            throw new InvalidInputException("tinyclip.plane.incoming.idle [" + idle.toMillis() + "ms] is shorter than"
                    + " tinyclip.plane.timeout [" + timeout.toMillis() + "ms], within which every session is heard of");
        }
        return new Guests(
                all,
                PlaneSettings.whole(plane, "incoming.by-address", 1, MOST),
                PlaneSettings.whole(plane, "incoming.strangers", 1, MOST),
                idle);
    }
}
