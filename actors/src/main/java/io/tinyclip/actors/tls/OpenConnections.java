package io.tinyclip.actors.tls;

import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Connections and whose certificates they came under, so that those of one that is taken back end. May be used from any thread. */
final class OpenConnections {
    private record Open(X509Certificate peer, Runnable end) {}

    private final Map<Object, Open> open = new HashMap<>();

    /** @return forgets it */
    synchronized Runnable add(X509Certificate peer, Runnable end) {
        Object key = new Object();
        open.put(key, new Open(peer, end));
        return () -> forget(key);
    }

    private synchronized void forget(Object key) {
        open.remove(key);
    }

    /** How each of them is ended. */
    synchronized List<Runnable> of(Revoked revoked) {
        return open.values().stream()
                .filter(it -> revoked.has(it.peer))
                .map(Open::end)
                .toList();
    }
}
