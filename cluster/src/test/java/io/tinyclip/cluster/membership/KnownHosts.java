package io.tinyclip.cluster.membership;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A machine with names, interfaces and routes as a test wants them; literals mean themselves. */
final class KnownHosts implements HostLookup {
    private final String ownName;
    private final List<InetAddress> own = new ArrayList<>(List.of(address("127.0.0.1")));
    private final Map<String, List<InetAddress>> names = new LinkedHashMap<>();
    private final Map<InetAddress, String> reverse = new LinkedHashMap<>();
    private final Set<String> open = new HashSet<>();
    private Optional<InetAddress> route = Optional.empty();

    KnownHosts(String ownName) {
        this.ownName = ownName;
    }

    /** With interfaces of these addresses, the first of which is the way to everywhere. */
    KnownHosts with(String... addresses) {
        for (String address : addresses) {
            own.add(address(address));
        }
        route = Optional.of(address(addresses[0]));
        return this;
    }

    KnownHosts without(String route) {
        this.route = this.route.filter(it -> !it.equals(address(route)));
        return this;
    }

    KnownHosts name(String name, String... addresses) {
        names.put(name, List.of(addresses).stream().map(KnownHosts::address).toList());
        return this;
    }

    KnownHosts reverse(String address, String name) {
        reverse.put(address(address), name);
        return this;
    }

    KnownHosts listening(String address, int port) {
        open.add(address(address) + ":" + port);
        return this;
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    @Override
    public List<InetAddress> addresses(String host) {
        boolean literal = host.matches("[0-9.]+") || host.contains(":");
        return literal ? List.of(address(host)) : names.getOrDefault(host, List.of());
    }

    @Override
    public Optional<String> name(InetAddress address) {
        return Optional.ofNullable(reverse.get(address));
    }

    @Override
    public String ownName() {
        return ownName;
    }

    @Override
    public List<InetAddress> own() {
        return own;
    }

    @Override
    public Optional<InetAddress> towards(InetAddress other) {
        return other.isLoopbackAddress() ? Optional.of(own.get(0)) : route;
    }

    @Override
    public boolean listens(InetAddress address, int port) {
        return open.contains(address + ":" + port);
    }

    @Override
    public boolean refuses(InetAddress address, int port) {
        return !listens(address, port) && own.contains(address);
    }
}
