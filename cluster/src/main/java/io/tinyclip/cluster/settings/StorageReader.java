package io.tinyclip.cluster.settings;

import io.tinyclip.storage.Location;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;

/** Reads {@code tinyclip.storage}. */
final class StorageReader {
    private static final int MOST_CONNECTIONS = 256;
    private static final int MOST_RETRIES = 100;
    private static final long LARGEST_READ_AHEAD = 64L << 30;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final String REGION = "storage.s3.region";
    private static final String ENDPOINT = "storage.s3.endpoint";

    private StorageReader() {}

    /** @param cache of what can be made again, where no other is set for models */
    static StorageSettings read(SettingValues values, Path cache, Map<String, String> environment) {
        String own = values.text("storage.cache");
        return new StorageSettings(
                own.isEmpty() ? cache.resolve("models") : Location.local(own, "tinyclip.storage.cache"),
                values.whole("storage.connections", 1, MOST_CONNECTIONS),
                values.bytes("storage.read-ahead", LARGEST_READ_AHEAD),
                retries(values),
                s3(values),
                environment);
    }

    private static StorageSettings.Retries retries(SettingValues values) {
        return new StorageSettings.Retries(
                values.whole("storage.retries", 0, MOST_RETRIES),
                values.duration("storage.first-wait", SHORTEST, LONGEST),
                values.duration("storage.longest-wait", SHORTEST, LONGEST),
                values.duration("storage.stall", SHORTEST, LONGEST));
    }

    private static StorageSettings.S3 s3(SettingValues values) {
        String region = values.text(REGION);
        if (!region.matches("[a-z0-9-]{0,64}")) {
            throw values.refusal(REGION, "must be letters, digits and dashes, such as eu-central-1, or empty");
        }
        return new StorageSettings.S3(
                endpoint(values),
                Optional.of(region).filter(it -> !it.isEmpty()),
                values.choice("storage.s3.path-style", EnumSet.allOf(StorageSettings.PathStyle.class)),
                values.choice("storage.s3.credentials", EnumSet.allOf(StorageSettings.Credentials.class)));
    }

    private static Optional<URI> endpoint(SettingValues values) {
        String text = values.text(ENDPOINT);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text);
            if (String.valueOf(uri.getScheme()).matches("https?")
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            throw endpointRefusal(values);
        }
        throw endpointRefusal(values);
    }

    private static RuntimeException endpointRefusal(SettingValues values) {
        return values.refusal(
                ENDPOINT, "must be an URL without name and password, such as http://10.0.0.5:9000, or empty");
    }
}
