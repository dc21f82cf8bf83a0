package io.tinyclip.actors.plane;

import java.net.InetSocketAddress;

/** Where a data plane listens, as {@link Handle#address()} writes it: {@code host:port}, or {@code [host]:port} for IPv6. */
record Address(String host, int port) {
    private static final int LARGEST_PORT = 65535;

    /** @throws IllegalArgumentException where the text is not of the form {@code host:port} */
    static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(colon, 0));
        int port;
        try {
            port = Integer.parseInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            port = -1;
        }
        if (host.isEmpty() || port <= 0 || port > LARGEST_PORT) {
            throw new IllegalArgumentException("[" + text + "] is not the address of a data plane");
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new Address(bracketed ? host.substring(1, host.length() - 1) : host, port);
    }

    /** Looks the name up, which may take long. */
    InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
