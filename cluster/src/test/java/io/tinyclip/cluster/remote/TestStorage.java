package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.cluster.settings.StorageSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Settings of tests: few retries, short waits, and an environment that nobody else sets. */
final class TestStorage {
    private TestStorage() {}

    /** @param more settings below {@code tinyclip.storage}, and variables of the environment, which are in capitals */
    static StorageSettings settings(Path cache, Map<String, String> more) {
        Map<String, String> all = new HashMap<>();
        Map<String, String> environment = new HashMap<>();
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        environment.put("HOME", cache.toString());
        all.put("tinyclip.storage.cache", cache.toString());
        all.put("tinyclip.storage.retries", "3");
        more.forEach((key, value) -> {
            if (Character.isUpperCase(key.charAt(0))) {
                environment.put(key, value);
            } else {
                all.put("tinyclip.storage." + key, value);
            }
        });
        StorageSettings read = SettingsFile.defaults(all).free().storage();
        return new StorageSettings(
                read.cache(), read.connections(), read.readAheadBytes(), read.retries(), read.s3(), environment);
    }
}
