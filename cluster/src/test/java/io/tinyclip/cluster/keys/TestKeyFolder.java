package io.tinyclip.cluster.keys;

import io.tinyclip.actors.tls.Authority;
import io.tinyclip.actors.tls.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Keys of a cluster of the usual name, for a day. */
public final class TestKeyFolder {
    public static final String CLUSTER = "tinyclip";

    private TestKeyFolder() {}

    /** A folder with one certificate beside the authority's; returns the certificate. */
    public static Path make(Path folder, String name, Role... roles) {
        return make(folder, new Authority.Validity(Instant.now(), Duration.ofDays(1)), name, roles);
    }

    public static Path make(Path folder, Authority.Validity validity, String name, Role... roles) {
        new KeyFolder(folder).make(CLUSTER, List.of(new Authority.Holder(name, Set.of(roles), CLUSTER)), validity);
        return folder.resolve(name + ".pem");
    }

    /** The certificate of that name, of the authority that is there, or else made. */
    public static Path of(Path folder, String name, Role... roles) {
        return Files.exists(folder.resolve("authority.pem"))
                ? add(folder, new Authority.Validity(Instant.now(), Duration.ofDays(1)), name, roles)
                : make(folder, name, roles);
    }

    /** One more certificate of the authority that is there. */
    public static Path add(Path folder, Authority.Validity validity, String name, Role... roles) {
        new KeyFolder(folder).renew(List.of(new Authority.Holder(name, Set.of(roles), CLUSTER)), validity);
        return folder.resolve(name + ".pem");
    }
}
