package io.tinyclip.actors.tls;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code tinyclip.cluster.tls}: PEM files of this process.
 *
 * @param authority certificates of those whose signature counts
 * @param certificate of this process
 * @param key that belongs to it: PKCS #8, no password
 * @param cluster whose members may connect
 */
public record Credentials(Path authority, Path certificate, Path key, String cluster) {
    /** Name of the file with the authority's certificate, beside the others. */
    public static final String AUTHORITY = "authority.pem";

    /** Name of the file with the certificates that were taken back, beside the authority's; there need be none. */
    public static final String REVOKED = "revoked.pem";

    private static final String KEYS = "tinyclip.cluster.tls.";
    private static final String NAME = "tinyclip.cluster.name";

    /**
     * Reads the settings. Where they name the certificate alone, the others lie beside it, as the command keys leaves them.
     *
     * @return empty where none of them is set
     * @throws InvalidInputException where the certificate is missing
     */
    public static Optional<Credentials> read(Config config) {
        String authority = text(config, "authority");
        String certificate = text(config, "certificate");
        String key = text(config, "key");
        if (certificate.isEmpty()) {
            if (authority.isEmpty() && key.isEmpty()) {
                return Optional.empty();
            }
            throw new InvalidInputException(
                    KEYS + "certificate must be set with " + KEYS
                            + "authority and key; name all three PEM files, or the certificate alone where the others lie beside it");
        }
        String cluster = config.hasPath(NAME) ? config.getString(NAME) : "";
        Path own = path(certificate);
        return Optional.of(new Credentials(
                authority.isEmpty() ? own.resolveSibling(AUTHORITY) : path(authority),
                own,
                key.isEmpty() ? own.resolveSibling(keyBeside(String.valueOf(own.getFileName()))) : path(key),
                cluster));
    }

    Path revoked() {
        return authority.resolveSibling(REVOKED);
    }

    /** The name of the file with the key, beside that with the certificate: worker-key.pem beside worker.pem. */
    public static String keyBeside(String certificate) {
        return certificate.replaceFirst("(\\.pem)?$", "-key.pem");
    }

    private static Path path(String file) {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new InvalidInputException("tinyclip.cluster.tls [" + file + "] is no path: " + e.getMessage(), e);
        }
    }

    private static String text(Config config, String key) {
        try {
            return config.hasPath(KEYS + key) ? config.getString(KEYS + key).strip() : "";
        } catch (ConfigException e) {
            throw new InvalidInputException(KEYS + key + " must be the path of a PEM file", e);
        }
    }
}
