package io.tinyclip.actors.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** An authority, and certificates that it signs, in files. */
public final class TestKeys {
    public static final String CLUSTER = "lab";
    static final Duration DAY = Duration.ofDays(1);

    private final Path folder;
    private final Authority authority = Authority.create(CLUSTER, new Authority.Validity(Instant.now(), DAY));

    /** @param folder that is there */
    public TestKeys(Path folder) {
        this.folder = folder;
        write("authority.pem", authority.own().certificate());
    }

    /** A certificate in the files of that name; those of before are replaced. */
    public Credentials of(String name, Role... roles) {
        return of(new Authority.Holder(name, Set.of(roles), CLUSTER), new Authority.Validity(Instant.now(), DAY));
    }

    Credentials of(Authority.Holder holder, Authority.Validity validity) {
        Authority.Signed signed = authority.sign(holder, validity);
        return new Credentials(
                folder.resolve("authority.pem"),
                write(holder.name() + ".pem", signed.certificate()),
                write(holder.name() + "-key.pem", signed.key()),
                CLUSTER);
    }

    /** Takes back the certificate that the files of that name hold. */
    public void revoke(String name) {
        try {
            Path list = folder.resolve(Credentials.REVOKED);
            byte[] before = Files.exists(list) ? Files.readAllBytes(list) : new byte[0];
            var taken = Pem.certificates(Files.readAllBytes(folder.resolve(name + ".pem")));
            write(Credentials.REVOKED, authority.revoke(taken, before, Instant.now()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
