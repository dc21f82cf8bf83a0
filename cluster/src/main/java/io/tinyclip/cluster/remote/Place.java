package io.tinyclip.cluster.remote;

import io.tinyclip.storage.Location;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * Where to ask for one thing.
 *
 * @param location as the user calls it, without what may not be written down
 * @param uri to ask
 * @param key for its host; never shown to another
 */
record Place(String location, URI uri, Key key) {
    Place {
        location = Location.shown(location);
    }

    /** Makes the headers that open a place. */
    @FunctionalInterface
    interface Key {
        Key NONE = uri -> Map.of();

        /**
         * Of one request to GET an address.
         *
         * @throws IOException if the credentials cannot be had
         */
        Map<String, String> headers(URI uri) throws IOException;
    }

    /** Whether an address is of the same server, which may be shown the key. */
    boolean isSameServer(URI other) {
        return uri.getScheme().equals(other.getScheme())
                && uri.getHost().equalsIgnoreCase(other.getHost())
                && port(uri) == port(other);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equals("https") ? 443 : 80;
    }
}
