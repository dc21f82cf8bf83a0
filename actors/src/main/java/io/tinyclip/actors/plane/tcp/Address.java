package io.tinyclip.actors.plane.tcp;

import io.tinyclip.actors.plane.Handle;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a data plane listens, as {@link Handle#address()} writes it: {@code host:port}, or {@code [host]:port} for IPv6. */
record Address(String host, int port) {
    private static final int LARGEST_PORT = 65535;
    private static final Pattern FORM = Pattern.compile("([\\w.-]+|\\[[\\w.:%]+]):(\\d{1,5})");

    /** @throws IllegalArgumentException where the text is not of the form {@code host:port} */
    static Address parse(String text) {
        Matcher found = FORM.matcher(text);
        int port = found.matches() ? Integer.parseInt(found.group(2)) : 0;
        if (port == 0 || port > LARGEST_PORT) {
            throw new IllegalArgumentException("[" + text + "] is not the address of a data plane");
        }
        String host = found.group(1);
        return new Address(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    }

    /** Looks the name up, which may take long. */
    InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return HostText.bracketed(host) + ":" + port;
    }
}
