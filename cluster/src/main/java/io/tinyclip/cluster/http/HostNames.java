package io.tinyclip.cluster.http;

import akka.http.javadsl.model.HttpRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names under which a server on loopback may be asked. A page of a stranger can have its own name lead to this machine, and
 * would read a person's pictures through that person's browser; its requests carry that name.
 */
public final class HostNames {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?");

    private final boolean checked;
    private final Set<String> names;

    /**
     * @param host where the server listens
     * @param further names that a proxy hands on
     */
    public HostNames(String host, Collection<String> further) {
        this.checked = isLoopback(host);
        this.names = further.stream().map(HostNames::plain).collect(Collectors.toSet());
    }

    /** Whether only this machine reaches it. */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // then binding says what is wrong with it
        }
    }

    /** The name under which a request asks, where it is none of this server's. */
    public Optional<String> foreign(HttpRequest request) {
        String name = plain(request.getUri().host().address());
        boolean own = name.isEmpty() || LOOPBACK.matcher(name).matches() || names.contains(name);
        return checked && !own ? Optional.of(name) : Optional.empty();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
