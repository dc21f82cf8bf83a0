package io.tinyclip.actors.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Keys that last as long as a measurement, in a folder that only this process's user may enter. */
public final class BriefKeys implements AutoCloseable {
    private static final String CLUSTER = "benchmark";
    private static final Duration HOUR = Duration.ofHours(1);

    private final Path folder;

    public BriefKeys() throws IOException {
        this.folder = Files.createTempDirectory("tinyclip-keys");
    }

    /** Of a worker. */
    public Credentials make() throws IOException {
        Authority.Validity now = new Authority.Validity(Instant.now(), HOUR);
        Authority authority = Authority.create(CLUSTER, now);
        Authority.Signed signed = authority.sign(new Authority.Holder("both", Set.of(Role.WORKER), CLUSTER), now);
        return new Credentials(
                Files.writeString(
                        folder.resolve(Credentials.AUTHORITY), authority.own().certificate()),
                Files.writeString(folder.resolve("both.pem"), signed.certificate()),
                Files.writeString(folder.resolve("both-key.pem"), signed.key()),
                CLUSTER);
    }

    @Override
    public void close() throws IOException {
        for (String file : List.of(Credentials.AUTHORITY, "both.pem", "both-key.pem")) {
            Files.deleteIfExists(folder.resolve(file));
        }
        Files.deleteIfExists(folder);
    }
}
