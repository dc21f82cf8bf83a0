package io.tinyclip.cluster.membership;

import io.tinyclip.actors.plane.tcp.HostText;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.model.InvalidInputException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * By which addresses a member may know itself, where somebody knows it by another. A member hears only what is sent to the
 * address that it announced, to the letter, and answers nothing to other words; so whoever looks for it tries them all.
 */
final class OtherNames {
    private final HostLookup lookup;

    OtherNames(HostLookup lookup) {
        this.lookup = lookup;
    }

    /**
     * Refuses names of which none means anything, so that a slip of the pen is not waited for.
     *
     * @throws InvalidInputException naming the first
     */
    void requireKnown(List<Address> given) {
        if (!given.isEmpty()
                && given.stream().allMatch(it -> lookup.addresses(it.host()).isEmpty())) {
            throw new InvalidInputException("cannot find the host ["
                    + given.get(0).host() + "]; check the name, or give the machine's IP address");
        }
    }

    /** What it was called, and what that name's addresses are: none of them is another machine. */
    List<Address> sure(Address given) {
        Set<String> hosts = new LinkedHashSet<>();
        if (speakable(given.host())) {
            hosts.add(given.host());
        }
        addresses(given).forEach(address -> hosts.add(HostText.of(address)));
        return at(hosts, given.port());
    }

    /**
     * The surer ones, then the names of those addresses and, where they are this machine's, its other addresses and its name:
     * at these another member may listen.
     */
    List<Address> all(Address given) {
        Set<String> hosts = new LinkedHashSet<>();
        sure(given).forEach(address -> hosts.add(address.host()));
        List<InetAddress> meant = addresses(given);
        meant.stream().flatMap(address -> lookup.name(address).stream()).forEach(name -> add(name, hosts));
        if (meant.stream().anyMatch(this::own)) {
            Stream.concat(lookup.own().stream(), lookup.addresses("127.0.0.1").stream())
                    .filter(address -> !address.isLinkLocalAddress())
                    .forEach(address -> hosts.add(HostText.of(address)));
            add(lookup.ownName(), hosts);
        }
        return at(hosts, given.port());
    }

    /** Whether there are some and all of them mean this machine, by its loopback. */
    boolean loopbackOnly(List<Address> given) {
        return !given.isEmpty()
                && given.stream().allMatch(it -> addresses(it).stream().anyMatch(InetAddress::isLoopbackAddress));
    }

    /** Whether anything accepts connections under any of these. */
    boolean listens(List<Address> members) {
        return members.stream().anyMatch(member -> addresses(member).stream()
                .anyMatch(address -> lookup.listens(address, member.port())));
    }

    /** Whether each of a member's addresses says that nothing accepts connections there. */
    boolean refuses(Address member) {
        List<InetAddress> meant = addresses(member);
        return !meant.isEmpty() && meant.stream().allMatch(address -> lookup.refuses(address, member.port()));
    }

    /** Which of the seeds this machine itself is, by any of its names: their positions, in order. */
    List<Integer> self(List<Address> seeds, Address announced, String listening) {
        List<Integer> exact = positions(
                seeds,
                seed -> seed.port() == announced.port()
                        && (seed.host().equals(announced.host()) || means(seed, List.of(announced.host(), listening))));
        return exact.isEmpty()
                ? positions(
                        seeds,
                        seed -> seed.port() == announced.port()
                                && addresses(seed).stream().anyMatch(this::own))
                : exact;
    }

    private boolean means(Address seed, List<String> hosts) {
        List<InetAddress> meant = addresses(seed);
        return hosts.stream()
                .filter(host -> !HostText.isAny(host))
                .flatMap(host -> lookup.addresses(host).stream())
                .anyMatch(meant::contains);
    }

    private static List<Integer> positions(List<Address> seeds, Predicate<Address> which) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < seeds.size(); i++) {
            if (which.test(seeds.get(i))) {
                positions.add(i);
            }
        }
        return positions;
    }

    private boolean own(InetAddress address) {
        return address.isLoopbackAddress() || lookup.own().contains(address);
    }

    /** Link-local ones are good for one interface, and actors' addresses have no room to say which. */
    private List<InetAddress> addresses(Address given) {
        return lookup.addresses(given.host()).stream()
                .filter(address -> !address.isLinkLocalAddress())
                .toList();
    }

    /** A name service may say what nobody could have announced. */
    private static void add(String name, Set<String> hosts) {
        HostText.known(name).filter(OtherNames::speakable).ifPresent(hosts::add);
    }

    /** Whether actors can be addressed by it: an underscore makes it no host of a URI. */
    private static boolean speakable(String host) {
        return !host.contains("_") && !HostText.isNumber(host);
    }

    private static List<Address> at(Set<String> hosts, int port) {
        return hosts.stream().map(host -> new Address(host, port)).toList();
    }
}
