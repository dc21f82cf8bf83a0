package io.tinyclip.actors.plane.tcp;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.plane.door.Guests;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.model.InvalidInputException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code tinyclip.plane}, as {@code reference.conf} explains it.
 *
 * @param host name or address told to others, as {@link HostText} writes it
 * @param port told to others; 0 for the one that is listened at
 * @param listening where connections are accepted
 * @param connections to a peer, at most
 * @param chunk bytes between two checksums, whole floats
 * @param timeout how long a connection may stand still
 * @param guests who may connect
 * @param credentials with which connections are encrypted
 */
public record PlaneSettings(
        String host,
        int port,
        Listening listening,
        int connections,
        int chunk,
        Duration timeout,
        Guests guests,
        Optional<Credentials> credentials) {
    static final int LEAST_CHUNK = 1 << 20;
    static final int LARGEST_CHUNK = 4 << 20;
    private static final int LARGEST_PORT = 65535;
    private static final int MOST_CONNECTIONS = 16;
    private static final int MOST_INCOMING = 65536;
    private static final Duration LONGEST_IDLE = Duration.ofDays(1);
    private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    /**
     * Where connections are accepted.
     *
     * @param host an address of this machine, or 0.0.0.0 or :: for all of them
     * @param port 0 for any
     */
    public record Listening(String host, int port) {}

    /** Listens where others are told to connect, to as many as usual. */
    public PlaneSettings(
            String host, int port, int connections, int chunk, Duration timeout, Optional<Credentials> credentials) {
        this(host, port, new Listening(host, port), connections, chunk, timeout, usualGuests(), credentials);
    }

    /** Reads {@code tinyclip.plane} of a machine that listens for actors' messages where others are told to connect. */
    public static PlaneSettings read(Config config, String clusterHost) {
        return read(config, clusterHost, clusterHost);
    }

    /**
     * Reads {@code tinyclip.plane}.
     *
     * @param config with all defaults
     * @param clusterHost announced where the settings name no host
     * @param clusterListening listened at where the settings name neither that nor a host
     * @throws InvalidInputException for a value of the wrong kind or out of bounds
     */
    public static PlaneSettings read(Config config, String clusterHost, String clusterListening) {
        Config plane = config.getConfig("tinyclip.plane");
        String own = host(plane, "host", HostText::announced);
        int port = whole(plane, "port", 0, LARGEST_PORT);
        return new PlaneSettings(
                own.isEmpty() ? clusterHost : own,
                port,
                listening(plane, own.isEmpty() ? clusterListening : own, port),
                whole(plane, "connections", 1, MOST_CONNECTIONS),
                chunk(plane),
                timeout(plane),
                guests(plane),
                Credentials.read(config));
    }

    private static Listening listening(Config plane, String host, int port) {
        String own = host(plane, "bind-host", HostText::canonical);
        int ownPort = whole(plane, "bind-port", 0, LARGEST_PORT);
        return new Listening(own.isEmpty() ? host : own, ownPort == 0 ? port : ownPort);
    }

    private static String host(Config plane, String key, UnaryOperator<String> text) {
        String host = text(plane, key);
        try {
            return host.isEmpty() ? host : text.apply(host);
        } catch (IllegalArgumentException e) {
            throw refusal(plane, key, String.valueOf(e.getMessage()));
        }
    }

    private static int chunk(Config plane) {
        String rule = "must be from 1m to 4m bytes";
        long bytes;
        try {
            bytes = plane.getBytes("chunk");
        } catch (ConfigException e) {
            throw refusal(plane, "chunk", rule);
        }
        if (bytes < LEAST_CHUNK || bytes > LARGEST_CHUNK) {
            throw refusal(plane, "chunk", rule);
        }
        return (int) bytes - (int) bytes % Float.BYTES;
    }

    /** As {@code reference.conf} says. */
    static Guests usualGuests() {
        return guests(ConfigFactory.defaultReference().resolve().getConfig("tinyclip.plane"));
    }

    private static Guests guests(Config plane) {
        Duration timeout = timeout(plane);
        Duration idle = duration(plane, "incoming.idle", LEAST_TIMEOUT, LONGEST_IDLE);
        if (idle.compareTo(timeout) < 0) {
            throw new InvalidInputException("tinyclip.plane.incoming.idle [" + idle.toMillis() + "ms] is shorter than"
                    + " tinyclip.plane.timeout [" + timeout.toMillis() + "ms], within which every session is heard of");
        }
        return new Guests(
                whole(plane, "incoming.all", 1, MOST_INCOMING),
                whole(plane, "incoming.by-address", 1, MOST_INCOMING),
                whole(plane, "incoming.strangers", 1, MOST_INCOMING),
                idle);
    }

    private static Duration timeout(Config plane) {
        return duration(plane, "timeout", LEAST_TIMEOUT, LONGEST_TIMEOUT);
    }

    private static Duration duration(Config plane, String key, Duration least, Duration longest) {
        String rule = "must be a duration from " + text(least) + " to " + text(longest);
        Duration value;
        try {
            value = plane.getDuration(key);
        } catch (ConfigException e) {
            throw refusal(plane, key, rule);
        }
        if (value.compareTo(least) < 0 || value.compareTo(longest) > 0) {
            throw refusal(plane, key, rule);
        }
        return value;
    }

    private static String text(Duration whole) {
        if (whole.toDays() > 0) {
            return whole.toDays() + "d";
        }
        return whole.toHours() > 0 ? whole.toHours() + "h" : whole.toSeconds() + "s";
    }

    private static int whole(Config plane, String key, int least, int most) {
        String rule = "must be a whole number from " + least + " to " + most;
        double value;
        try {
            value = plane.getDouble(key);
        } catch (ConfigException e) {
            throw refusal(plane, key, rule);
        }
        if (value != Math.rint(value) || value < least || value > most) {
            throw refusal(plane, key, rule);
        }
        return (int) value;
    }

    private static String text(Config plane, String key) {
        try {
            return plane.getString(key).strip();
        } catch (ConfigException e) {
            throw refusal(plane, key, "must be a text");
        }
    }

    private static InvalidInputException refusal(Config plane, String key, String rule) {
        String value = plane.hasPath(key) ? String.valueOf(plane.getValue(key).unwrapped()) : "";
        return new InvalidInputException("tinyclip.plane." + key + " [" + value + "] " + rule);
    }
}
