package io.tinyclip.cluster.remote;

import java.time.Instant;
import java.util.Optional;

/**
 * What signs requests.
 *
 * @param token of a session
 * @param until when they serve; empty for ever
 */
record AwsCredentials(String key, String secret, Optional<String> token, Optional<Instant> until) {
    /** Of nobody else's business. */
    @Override
    public String toString() {
        return "credentials";
    }
}
