package io.tinyclip.cluster.membership;

import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Which program this is: two machines whose builds have the same name run the same bytes. */
public final class Build {
    private static final int HASH_BYTES = 6;

    private Build() {}

    /** Version and hash of the running jar; of classes outside a jar all have one name. */
    public static String name() {
        Path code = Path.of(URI.create(
                Build.class.getProtectionDomain().getCodeSource().getLocation().toString()));
        return Files.isRegularFile(code) ? version() + "-" + hash(code) : "not packaged";
    }

    /** Over the names and checksums in the jar's directory, whatever their order: the bytes need not be read again. */
    static String hash(Path jar) {
        MessageDigest digest = Sha256.digest();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            List<? extends ZipEntry> entries =
                    zip.stream().sorted(Comparator.comparing(ZipEntry::getName)).toList();
            entries.forEach(entry ->
                    digest.update((entry.getName() + "\n" + entry.getCrc() + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new InvalidInputException(
                    "cannot read [" + jar + "], which is running (" + e.getMessage() + "); start it again", e);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
    }

    private static String version() {
        String version = Build.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
