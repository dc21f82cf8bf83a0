package io.tinyclip.cluster.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A profile of {@code ~/.aws/credentials} and {@code ~/.aws/config}; the former goes first. */
final class AwsProfile {
    /** Ways to credentials that a profile may name and that are not walked here. */
    private static final List<String> OTHER_WAYS =
            List.of("role_arn", "sso_session", "sso_start_url", "credential_process");

    private final String name;
    private final Map<String, String> values;

    private AwsProfile(String name, Map<String, String> values) {
        this.name = name;
        this.values = values;
    }

    /** @param environment of the process, which may name files and profile */
    static AwsProfile of(Map<String, String> environment) throws IOException {
        String name =
                environment.getOrDefault("AWS_PROFILE", environment.getOrDefault("AWS_DEFAULT_PROFILE", "default"));
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "")) + "/.aws/";
        Map<String, String> values = new HashMap<>();
        String config = environment.getOrDefault("AWS_CONFIG_FILE", home + "config");
        values.putAll(section(Path.of(config), name.equals("default") ? name : "profile " + name));
        String credentials = environment.getOrDefault("AWS_SHARED_CREDENTIALS_FILE", home + "credentials");
        values.putAll(section(Path.of(credentials), name));
        if (values.isEmpty() && environment.containsKey("AWS_PROFILE")) {
            throw new RefusedException(
                    "AWS_PROFILE [" + name + "] is neither in [" + config + "] nor in [" + credentials + "]");
        }
        return new AwsProfile(name, values);
    }

    Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }

    /**
     * Its keys.
     *
     * @throws RefusedException if it names another way to them
     */
    Optional<AwsCredentials> credentials() throws IOException {
        Optional<String> key = value("aws_access_key_id");
        Optional<String> secret = value("aws_secret_access_key");
        if (key.isPresent() && secret.isPresent()) {
            return Optional.of(
                    new AwsCredentials(key.get(), secret.get(), value("aws_session_token"), Optional.empty()));
        }
        for (String way : OTHER_WAYS) {
            if (values.containsKey(way)) {
                throw new RefusedException("AWS profile [" + name + "] gets its credentials by " + way
                        + ", which is not known here; run aws configure export-credentials --profile " + name
                        + " --format env, and set what it prints");
            }
        }
        return Optional.empty();
    }

    private static Map<String, String> section(Path file, String name) throws IOException {
        Map<String, String> values = new HashMap<>();
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            return values;
        }
        boolean inside = false;
        for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\\R")) {
            String text = line.strip();
            int equals = text.indexOf('=');
            if (text.startsWith("[") && text.contains("]")) {
                inside = text.substring(1, text.indexOf(']'))
                        .strip()
                        .replaceAll("\\s+", " ")
                        .equals(name);
            } else if (inside && equals > 0 && !text.startsWith("#") && !text.startsWith(";")) {
                // A line that is set in belongs to the key above it.
                if (!Character.isWhitespace(line.charAt(0))) {
                    values.put(
                            text.substring(0, equals).strip(),
                            text.substring(equals + 1).strip());
                }
            }
        }
        return values;
    }
}
