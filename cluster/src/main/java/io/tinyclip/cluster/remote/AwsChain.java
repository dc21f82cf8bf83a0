package io.tinyclip.cluster.remote;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds credentials where they usually are, the first of: the environment, a web identity, the profile, the container's role, the
 * instance's role. Where there are none, requests are not signed. Kept until shortly before they end.
 */
final class AwsChain {
    private static final Logger LOG = LoggerFactory.getLogger(AwsChain.class);
    private static final Duration EARLY = Duration.ofMinutes(5);
    /** Between two requests for others, while those that were lent serve. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final String region;
    private final AwsRoles roles;
    private final InstantSource clock;
    private Optional<AwsCredentials> found = Optional.empty();
    private boolean searched;
    private Instant renewing = Instant.MIN;

    /** @param region whose token service is asked */
    AwsChain(Map<String, String> environment, String region, InstantSource clock) {
        this.environment = environment;
        this.region = region;
        this.roles = new AwsRoles(environment);
        this.clock = clock;
    }

    /** What signs a request now; empty for nothing. */
    synchronized Optional<AwsCredentials> credentials() throws IOException {
        Instant now = clock.instant();
        if (!searched) {
            found = search();
            searched = true;
        } else if (isOverBy(now) || isOverBy(now.plus(EARLY)) && !now.isBefore(renewing)) {
            renewing = now.plus(PAUSE);
            found = renewed(isOverBy(now));
        }
        return found;
    }

    private boolean isOverBy(Instant time) {
        return found.flatMap(AwsCredentials::until).filter(time::isAfter).isPresent();
    }

    /** Who lends may be silent for a while: what was lent serves to its end, and then others are waited for. */
    private Optional<AwsCredentials> renewed(boolean over) throws IOException {
        try {
            Optional<AwsCredentials> others = search();
            if (others.isPresent()) {
                return others;
            }
        } catch (IOException e) {
            if (over) {
                throw new IOException("credentials have ended, and others are not to be had: " + e.getMessage(), e);
            }
            LOG.info("credentials that end soon serve on: {}", e.toString());
        }
        if (over) {
            throw new IOException("credentials have ended, and nobody lends others");
        }
        return found;
    }

    private Optional<AwsCredentials> search() throws IOException {
        Optional<String> key = value("AWS_ACCESS_KEY_ID");
        Optional<String> secret = value("AWS_SECRET_ACCESS_KEY");
        if (key.isPresent() && secret.isPresent()) {
            return Optional.of(
                    new AwsCredentials(key.get(), secret.get(), value("AWS_SESSION_TOKEN"), Optional.empty()));
        }
        Optional<AwsCredentials> identity = roles.ofWebIdentity(region);
        if (identity.isPresent()) {
            return identity;
        }
        Optional<AwsCredentials> profile = AwsProfile.of(environment).credentials();
        if (profile.isPresent()) {
            return profile;
        }
        Optional<AwsCredentials> container = roles.ofContainer();
        return container.isPresent() ? container : roles.ofInstance();
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
    }
}
