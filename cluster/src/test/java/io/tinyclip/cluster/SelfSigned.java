package io.tinyclip.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;

/** A key and a certificate of 127.0.0.1 that it has signed itself, in a store that the JDK's keytool makes. */
public final class SelfSigned {
    public static final String ALIAS = "api";

    private static final String PASSWORD = "only-here";

    private final Path keys;

    private SelfSigned(Path keys) {
        this.keys = keys;
    }

    /**
     * Makes both.
     *
     * @param keys is not there yet
     * @param algorithm keytool's options for the key, such as {@code -keyalg RSA -keysize 2048}
     * @param certificate gets it as PEM
     */
    public static SelfSigned make(Path keys, String algorithm, Path certificate) throws IOException {
        SelfSigned made = new SelfSigned(keys);
        made.keytool(
                "-genkeypair -alias " + ALIAS + " " + algorithm + " -validity 2 -dname CN=here -ext san=ip:127.0.0.1");
        made.keytool("-exportcert -alias " + ALIAS + " -rfc -file " + certificate);
        return made;
    }

    public char[] password() {
        return PASSWORD.toCharArray();
    }

    public KeyStore store() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, password());
        }
        return store;
    }

    private void keytool(String arguments) throws IOException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String line = tool + " " + arguments + " -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + keys;
        Process process = new ProcessBuilder(List.of(line.split(" ")))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(output);
        }
    }
}
