package io.tinyclip.cluster.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How data and models are read that lie elsewhere.
 *
 * @param cache folder of models that were fetched
 * @param connections requests at a time
 * @param readAheadBytes memory for what is read ahead of tars
 * @param environment of the process, where credentials are looked for
 */
public record StorageSettings(
        Path cache, int connections, long readAheadBytes, Retries retries, S3 s3, Map<String, String> environment) {
    public StorageSettings {
        environment = Map.copyOf(environment);
    }

    /**
     * What is done about a server that fails.
     *
     * @param most attempts after the first, without a byte that came between
     * @param first wait before one, doubled each time
     * @param longest wait
     * @param stall without a byte after which a connection is given up
     */
    public record Retries(int most, Duration first, Duration longest, Duration stall) {}

    /**
     * A store that speaks S3.
     *
     * @param endpoint empty for Amazon's of the region
     * @param region empty for what the environment or profile says
     */
    public record S3(Optional<URI> endpoint, Optional<String> region, PathStyle pathStyle, Credentials credentials) {}

    /** Where a bucket's name stands in an address. */
    public enum PathStyle {
        /** In the path where an endpoint is set, else before the host. */
        AUTO,
        ON,
        OFF
    }

    /** How requests are signed. */
    public enum Credentials {
        /** With the first that is found: environment, profile, roles; else not at all. */
        CHAIN,
        ANONYMOUS
    }
}
