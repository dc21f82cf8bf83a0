package io.tinyclip.actors.plane.tcp;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a machine is written. Actors compare addresses as texts, so each address has one text: an IPv6 literal in its shortest
 * form and without brackets, an IPv4 address in four decimal numbers, a name in small letters without a dot at its end.
 */
public final class HostText {
    private static final Pattern LABELS = Pattern.compile(
            "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?" + "(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\\.?");
    private static final int LONGEST_NAME = 253;
    /** A name whose last label has digits alone stands for an IPv4 address, such as 127.1; looking it up tells which. */
    private static final Pattern NUMBERS = Pattern.compile("([0-9A-Za-z]+\\.)*(\\d+|0x[0-9a-f]*)");

    private HostText() {}

    /**
     * The one text of a host.
     *
     * @param written by a person, an IPv6 literal with or without brackets
     * @throws IllegalArgumentException whose message goes on after "[written]" and says what is wrong with it
     */
    public static String canonical(String written) {
        boolean brackets = written.startsWith("[") && written.endsWith("]");
        String host = brackets ? written.substring(1, written.length() - 1) : written;
        if (host.contains("%")) {
            throw new IllegalArgumentException(
                    "names an interface after %, which means nothing on other machines; give an address without");
        }
        if (brackets || host.contains(":")) {
            if (!NetUtil.isValidIpV6Address(host)) {
                throw new IllegalArgumentException("is no IPv6 address, such as fd00::5");
            }
            return of(literal(host));
        }
        if (NetUtil.isValidIpV4Address(host)) {
            return of(literal(host));
        }
        if (host.length() > LONGEST_NAME || !LABELS.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "must be an IP address or a name of letters, digits, dots, dashes and underscores");
        }
        String name = host.toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** The one text of what may be no host, as a name service may say. */
    public static Optional<String> known(String written) {
        try {
            return Optional.of(canonical(written));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The text of a host that this machine announces.
     *
     * @throws IllegalArgumentException as {@link #canonical}, and for the address that means all of a machine's
     */
    public static String announced(String written) {
        String host = canonical(written);
        if (isAny(host)) {
            throw new IllegalArgumentException("must be a name or address that others reach this machine by");
        }
        if (isLiteral(host) && literal(host).isLinkLocalAddress() && host.contains(":")) {
            throw new IllegalArgumentException(
                    "is good for one interface only (link-local); give another address of this machine");
        }
        return host;
    }

    /** The text of an address; an interface that it may name is left out. */
    public static String of(InetAddress address) {
        return NetUtil.toAddressString(address);
    }

    /** Whether it is an IP address in numbers and without brackets. */
    public static boolean isLiteral(String host) {
        return NetUtil.isValidIpV6Address(host) || NetUtil.isValidIpV4Address(host);
    }

    /** Whether it means all addresses of a machine: good to listen at, and nothing to announce. */
    public static boolean isAny(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /** Whether it stands for an address but is not its one text, such as 127.1. */
    public static boolean isNumber(String host) {
        return !isLiteral(host) && NUMBERS.matcher(host).matches();
    }

    /** As it stands before a port: an IPv6 literal in one pair of brackets. */
    public static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private static InetAddress literal(String host) {
        try {
            return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(host));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("no address: " + host, e);
        }
    }
}
