package io.tinyclip.cluster.membership;

import io.tinyclip.actors.plane.tcp.HostText;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.model.InvalidInputException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this machine announces to others. It is an IP address wherever that can be had: actors compare addresses as texts, and
 * whatever name somebody has for this machine, looking it up gives the address.
 */
final class OwnAddress {
    /** Addresses that exist nowhere (for documents), so that the way to them is the way out. */
    private static final List<String> ELSEWHERE = List.of("198.51.100.1", "2001:db8::1");

    /** Names that mean this machine on every machine; another name that means loopback here means more elsewhere. */
    private static final Pattern LOOPBACK = Pattern.compile(
            "localhost|localhost\\..*|.*\\.localhost|localhost[46]|ip6-localhost|ip6-loopback|127\\..*|::1");

    private final HostLookup lookup;

    OwnAddress(HostLookup lookup) {
        this.lookup = lookup;
    }

    /**
     * Decides.
     *
     * @throws InvalidInputException if the host of the settings means nothing here, or nothing of this machine
     */
    OwnPlace of(ClusterSettings cluster) {
        String listening = cluster.listening().host();
        if (!cluster.host().isEmpty()) {
            return named("tinyclip.cluster.", cluster.host(), listening);
        }
        if (!listening.isEmpty() && !HostText.isAny(listening)) {
            return named("tinyclip.cluster.bind-", listening, "");
        }
        OwnPlace found = unasked(cluster);
        return listening.isEmpty() ? found : new OwnPlace(found.announced(), listening, found.why());
    }

    /**
     * Decides where a host was named.
     *
     * @param keys names the settings in a refusal, such as tinyclip.cluster.
     * @param listening empty for the host itself
     */
    OwnPlace named(String keys, String host, String listening) {
        if (!listening.isEmpty()) {
            if (host.contains("_")) {
                throw new InvalidInputException(
                        keys + "host [" + host + "] has an underscore, with which machines cannot"
                                + " address each other; announce the IP address by which others reach this machine");
            }
            return new OwnPlace(host, listening, keys + "host");
        }
        if (HostText.isLiteral(host)) {
            return new OwnPlace(host, host, keys + "host");
        }
        List<InetAddress> meant = lookup.addresses(host);
        List<InetAddress> own = lookup.own();
        Optional<InetAddress> address =
                meant.stream().filter(it -> own.contains(it) && reachable(it)).findFirst();
        if (address.isEmpty() && !meant.isEmpty() && meant.stream().allMatch(InetAddress::isLoopbackAddress)) {
            return LOOPBACK.matcher(host).matches() || HostText.isNumber(host)
                    ? place(meant.get(0), "it is what " + keys + "host [" + host + "] means")
                    : outward("here [" + host + "] means loopback, which others cannot reach");
        }
        return place(
                address.orElseThrow(() -> notHere(keys, host, meant)),
                "it is what " + keys + "host [" + host + "] means");
    }

    private InvalidInputException notHere(String keys, String host, List<InetAddress> meant) {
        String found = meant.isEmpty()
                ? "cannot be found"
                : "means " + meant.stream().map(HostText::of).toList() + ", no address of this machine";
        return new InvalidInputException(keys + "host [" + host + "] " + found
                + "; check the name, or if others reach this machine by it, say with " + keys.replace("bind-", "")
                + "bind-host where to listen, such as 0.0.0.0 for all its addresses");
    }

    private OwnPlace unasked(ClusterSettings cluster) {
        List<InetAddress> own = lookup.own();
        for (Address seed : cluster.seeds()) {
            for (InetAddress address : lookup.addresses(seed.host())) {
                Optional<InetAddress> from = own.contains(address)
                        ? Optional.of(address).filter(it -> reachable(it))
                        : lookup.towards(address).filter(it -> reachable(it));
                if (from.isPresent()) {
                    return place(from.get(), "by it this machine reaches [" + seed + "]");
                }
            }
        }
        for (Address seed : cluster.seeds()) {
            if (LOOPBACK.matcher(seed.host()).matches() || HostText.isNumber(seed.host())) {
                return besides(seed, cluster.port());
            }
        }
        return lookup.addresses(lookup.ownName()).stream()
                .filter(it -> own.contains(it) && reachable(it))
                .findFirst()
                .map(address -> place(address, "it is what this machine's name [" + lookup.ownName() + "] means"))
                .orElseGet(() -> outward("its own name [" + lookup.ownName() + "] means no address that others reach"));
    }

    /** Whoever is to be found here may have announced an address that machines elsewhere reach; they must reach this one, too. */
    private OwnPlace besides(Address seed, int ownPort) {
        List<InetAddress> loopback = lookup.addresses(seed.host());
        return own().filter(address -> seed.port() != ownPort && reachable(address))
                .filter(address -> lookup.listens(address, seed.port()))
                .findFirst()
                .map(address -> place(address, "[" + seed + "] is this machine, which listens there"))
                .orElseGet(() -> place(
                        loopback.stream()
                                .findFirst()
                                .flatMap(lookup::towards)
                                .orElseGet(InetAddress::getLoopbackAddress),
                        "by it this machine reaches [" + seed + "]"));
    }

    private OwnPlace outward(String reason) {
        Stream<InetAddress> routed = ELSEWHERE.stream()
                .flatMap(literal -> lookup.addresses(literal).stream())
                .flatMap(address -> lookup.towards(address).stream());
        return Stream.concat(routed, own())
                .filter(OwnAddress::reachable)
                .findFirst()
                .map(address -> place(address, reason + "; set tinyclip.cluster.host to announce another"))
                .orElseGet(() -> place(
                        InetAddress.getLoopbackAddress(), "this machine has no other; none elsewhere can reach it"));
    }

    /** Those of IPv4 first: of machines that have both, more reach them. */
    private Stream<InetAddress> own() {
        List<InetAddress> own = lookup.own();
        return Stream.concat(own.stream().filter(Inet4Address.class::isInstance), own.stream());
    }

    /** Whether other machines may reach this one by it. */
    private static boolean reachable(InetAddress address) {
        return !address.isLoopbackAddress() && !address.isLinkLocalAddress() && !address.isAnyLocalAddress();
    }

    private static OwnPlace place(InetAddress address, String why) {
        String host = HostText.of(address);
        return new OwnPlace(host, host, why);
    }
}
