package io.tinyclip.actors.plane.tcp;

import io.tinyclip.actors.stranger.Token;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keys under which floats are handed out: the publisher's own, and 128 random bits that only an announcement tells. Whoever asks
 * for one has been told of it. May be used from any thread.
 */
final class SecretKeys {
    /** Characters that the random part adds. */
    static final int ADDED = 1 + Token.LENGTH;

    private final Map<String, String> newest = new ConcurrentHashMap<>();

    /** @param replaced what was handed out under the publisher's key before */
    record Named(String key, Optional<String> replaced) {}

    Named name(String own) {
        String key = own + "/" + Token.fresh();
        return new Named(key, Optional.ofNullable(newest.put(own, key)));
    }

    void forget(String key) {
        if (key.length() > ADDED) {
            newest.remove(key.substring(0, key.length() - ADDED), key);
        }
    }
}
