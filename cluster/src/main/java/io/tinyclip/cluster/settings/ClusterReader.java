package io.tinyclip.cluster.settings;

import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.model.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code tinyclip.cluster}. */
public final class ClusterReader {
    static final int LARGEST_PORT = 65_535;
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):(\\d{1,5})");

    private ClusterReader() {}

    static ClusterSettings read(SettingValues values) {
        String name = values.text("cluster.name");
        if (!NAME.matcher(name).matches()) {
            throw values.refusal(
                    "cluster.name", "must be 1 to 64 characters: letters, digits, dots, dashes and underscores");
        }
        return new ClusterSettings(
                values.choice("cluster.mode", EnumSet.allOf(ClusterSettings.Mode.class)),
                name,
                values.text("cluster.host"),
                values.whole("cluster.port", 0, LARGEST_PORT),
                addresses(values.text("cluster.seeds"), "tinyclip.cluster.seeds"),
                values.duration("cluster.join-within", Duration.ofSeconds(1), LONGEST),
                values.duration("cluster.wait", Duration.ZERO, LONGEST),
                DiscoveryReader.read(values));
    }

    /**
     * Reads addresses such as {@code 10.0.0.5:25520,10.0.0.6:25520}.
     *
     * @param what names the setting or option in a refusal
     */
    public static List<Address> addresses(String text, String what) {
        List<Address> addresses = new ArrayList<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",")) {
            Matcher matcher = ADDRESS.matcher(part.strip());
            int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
            if (port < 1 || port > LARGEST_PORT) {
                throw new InvalidInputException(what + " [" + part.strip()
                        + "] must be HOST:PORT with a port from 1 to " + LARGEST_PORT + ", such as 10.0.0.5:25520");
            }
            addresses.add(new Address(matcher.group(1).replaceAll("[\\[\\]]", ""), port));
        }
        return addresses;
    }
}
