package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * {@code tinyclip.cluster.incoming}: connections that others open to the plain port of actors' messages.
 *
 * @param all at a time
 * @param byAddress from one address
 * @param strangers that no whole message has come on
 * @param timeout how long a message may stand still, and half of what a stranger has
 */
public record DoorSettings(int all, int byAddress, int strangers, Duration timeout) {
    private static final int MOST = 65536;
    private static final Duration LONGEST = Duration.ofHours(1);

    /** @param config with all defaults */
    public static DoorSettings read(Config config) {
        return read(new SettingValues(config.getConfig("tinyclip"), "tinyclip."));
    }

    static DoorSettings read(SettingValues values) {
        values.duration("cluster.end-within", Duration.ofSeconds(1), LONGEST);
        values.duration("cluster.reached-within", Duration.ofSeconds(1), Duration.ofDays(1));
        return new DoorSettings(
                values.whole("cluster.incoming.all", 1, MOST),
                values.whole("cluster.incoming.by-address", 1, MOST),
                values.whole("cluster.incoming.strangers", 1, MOST),
                values.duration("cluster.incoming.timeout", Duration.ofSeconds(1), LONGEST));
    }
}
