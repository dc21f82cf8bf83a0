package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import io.tinyclip.actors.plane.tcp.HostText;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.model.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Reads {@code tinyclip.cluster}. */
public final class ClusterReader {
    static final int LARGEST_PORT = 65_535;
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String NAME_RULE = "must be 1 to 64 characters: letters, digits, dots, dashes and underscores";
    private static final Pattern PORT = Pattern.compile("\\d{1,5}");

    private ClusterReader() {}

    static ClusterSettings read(SettingValues values, Config config) {
        String name = values.text("cluster.name");
        if (!NAME.matcher(name).matches()) {
            throw values.refusal("cluster.name", NAME_RULE);
        }
        return new ClusterSettings(
                values.choice("cluster.mode", EnumSet.allOf(ClusterSettings.Mode.class)),
                name,
                host(values, "cluster.host", HostText::announced),
                values.whole("cluster.port", 0, LARGEST_PORT),
                new ClusterSettings.Listening(
                        host(values, "cluster.bind-host", HostText::canonical),
                        values.whole("cluster.bind-port", 0, LARGEST_PORT)),
                addresses(values.text("cluster.seeds"), "tinyclip.cluster.seeds"),
                values.duration("cluster.join-within", Duration.ofSeconds(1), LONGEST),
                values.duration("cluster.wait", Duration.ZERO, LONGEST),
                DiscoveryReader.read(values),
                new Protection(Credentials.read(config), values.flag("cluster.insecure")));
    }

    /** @param what names the option in a refusal */
    public static void requireName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidInputException(what + " [" + name + "] " + NAME_RULE);
        }
    }

    private static String host(SettingValues values, String key, UnaryOperator<String> text) {
        String host = values.text(key);
        try {
            return host.isEmpty() ? host : text.apply(host);
        } catch (IllegalArgumentException e) {
            throw values.refusal(key, String.valueOf(e.getMessage()));
        }
    }

    /**
     * The one member that a command asks.
     *
     * @param name of the option, for messages
     * @throws InvalidInputException if it is no address, or more than one
     */
    public static Address oneAddress(String text, String name) {
        List<Address> addresses = addresses(text, name);
        if (addresses.size() != 1) {
            throw new InvalidInputException(name + " [" + text + "] must be one HOST:PORT, such as 10.0.0.5:25520");
        }
        return addresses.get(0);
    }

    /**
     * Reads addresses such as {@code 10.0.0.5:25520,[fd00::6]:25520}; each host is as {@link HostText} writes it.
     *
     * @param what names the setting or option in a refusal
     */
    public static List<Address> addresses(String text, String what) {
        List<Address> addresses = new ArrayList<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",")) {
            addresses.add(address(part.strip(), what));
        }
        return addresses;
    }

    private static Address address(String text, String what) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon));
        String digits = text.substring(colon + 1);
        int port = PORT.matcher(digits).matches() ? Integer.parseInt(digits) : 0;
        if (host.isEmpty() || port < 1 || port > LARGEST_PORT || isAmbiguous(text, host)) {
            throw new InvalidInputException(what + " [" + text + "] must be HOST:PORT with a port from 1 to "
                    + LARGEST_PORT + ", such as 10.0.0.5:25520 or, with an IPv6 address in brackets, [fd00::5]:25520");
        }
        try {
            return new Address(HostText.announced(host), port);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(what + " [" + text + "]: the host [" + host + "] " + e.getMessage(), e);
        }
    }

    /** Without brackets an IPv6 address with a port may be read as one without, unless the port has five digits. */
    private static boolean isAmbiguous(String text, String host) {
        return host.contains(":") && !host.endsWith("]") && HostText.isLiteral(text);
    }
}
