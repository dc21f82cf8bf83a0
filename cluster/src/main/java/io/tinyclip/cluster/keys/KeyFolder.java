package io.tinyclip.cluster.keys;

import io.tinyclip.actors.tls.Authority;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.Identity;
import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder with authority.pem, authority-key.pem, and NAME.pem and NAME-key.pem for each role or machine. Nobody but its owner may
 * enter it, and keys are for their owner alone. What is there is never written over, but by a renewal.
 */
public final class KeyFolder {
    private static final String AUTHORITY = "authority";
    private static final String CERTIFICATE = ".pem";
    private static final String KEY = "-key.pem";

    /** Certificates that a renewal has replaced: they count until their end, unless they are taken back. */
    private static final String REPLACED = "replaced.pem";

    private static final Set<String> OF_NOBODY = Set.of(Credentials.AUTHORITY, Credentials.REVOKED, REPLACED);
    private static final Duration AUTHORITY_LASTS = Duration.ofDays(3650);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> SECRET = PosixFilePermissions.fromString("rw-------");

    private final Path folder;

    public KeyFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes an authority, and a certificate and key for each holder.
     *
     * @throws InvalidInputException where one of the files is there already, or others may enter the folder
     */
    public void make(String cluster, List<Authority.Holder> holders, Authority.Validity validity) {
        List<String> names =
                new ArrayList<>(holders.stream().map(Authority.Holder::name).toList());
        names.add(AUTHORITY);
        for (String name : names) {
            for (String file : List.of(name + CERTIFICATE, name + KEY)) {
                if (Files.exists(folder.resolve(file))) {
                    throw new InvalidInputException("[" + folder.resolve(file)
                            + "] is there already, and nothing is written over; name another folder, or make new"
                            + " certificates of the same authority with --renew");
                }
            }
        }
        open();
        Duration lasting = validity.lasting().compareTo(AUTHORITY_LASTS) > 0 ? validity.lasting() : AUTHORITY_LASTS;
        Authority authority = Authority.create(cluster, new Authority.Validity(validity.from(), lasting));
        write(AUTHORITY, authority.own());
        holders.forEach(holder -> write(holder.name(), authority.sign(holder, validity)));
    }

    /**
     * Makes new certificates and keys of the same authority for all that are there, and for those who are added.
     *
     * @return names of all of them
     * @throws InvalidInputException where the authority or its key is not there or is outdated, or others may enter the folder
     */
    public List<String> renew(List<Authority.Holder> added, Authority.Validity validity) {
        Authority authority = authority();
        open();
        if (!authority.expires().isAfter(validity.from())) {
            throw new InvalidInputException("[" + folder.resolve(Credentials.AUTHORITY) + "] is outdated since "
                    + authority.expires() + "; make keys in another folder, and give all machines theirs");
        }
        Map<String, Authority.Holder> holders = new TreeMap<>();
        held().forEach(holder -> holders.put(holder.name(), holder));
        keepReplaced();
        added.forEach(holder -> holders.put(holder.name(), holder));
        holders.values().forEach(holder -> write(holder.name(), authority.sign(holder, validity)));
        return List.copyOf(holders.keySet());
    }

    /**
     * Takes back all certificates that these names have ever had here, on top of those that were taken back before. Their files go; a
     * renewal that names them makes new ones.
     *
     * @return how many certificates were taken back now
     * @throws InvalidInputException where there is none of a name, or the authority or its key is not there
     */
    public int revoke(List<String> names, Instant now) {
        Authority authority = authority();
        open();
        List<X509Certificate> taken = new ArrayList<>();
        for (String name : names) {
            List<X509Certificate> had = had(name);
            if (name.equals(AUTHORITY) || had.isEmpty()) {
                throw new InvalidInputException("no certificate [" + folder.resolve(name + CERTIFICATE)
                        + "] was made here; name one of "
                        + held().stream().map(Authority.Holder::name).toList());
            }
            taken.addAll(had);
        }
        try {
            String list = authority.revoke(taken, bytes(Credentials.REVOKED), now);
            write(folder.resolve(Credentials.REVOKED), list, READABLE);
        } catch (GeneralSecurityException e) {
            throw new InvalidInputException(
                    "[" + folder.resolve(Credentials.REVOKED) + "] is no list of this authority (" + e.getMessage()
                            + "); put back the one that was made here",
                    e);
        }
        names.forEach(this::delete);
        return taken.size();
    }

    private List<X509Certificate> had(String name) {
        List<X509Certificate> found = new ArrayList<>(certificates(REPLACED).stream()
                .filter(it -> Authority.name(it).equals(name))
                .toList());
        found.addAll(certificates(name + CERTIFICATE));
        return found;
    }

    /** Who had a certificate that is not outdated has it still: it can be taken back as well. */
    private void keepReplaced() {
        Instant now = Instant.now();
        List<X509Certificate> had = new ArrayList<>(certificates(REPLACED));
        held().forEach(holder -> had.addAll(certificates(holder.name() + CERTIFICATE)));
        String text = had.stream()
                .filter(it -> it.getNotAfter().toInstant().isAfter(now))
                .map(Authority::text)
                .collect(Collectors.joining());
        write(folder.resolve(REPLACED), text, READABLE);
    }

    private List<X509Certificate> certificates(String file) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes(file)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (GeneralSecurityException e) {
            throw unreadable(folder.resolve(file), e);
        }
    }

    /** Of a file; none where it is not there. */
    private byte[] bytes(String file) {
        Path path = folder.resolve(file);
        try {
            return Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read [" + path + "]", e);
        }
    }

    private void delete(String name) {
        try {
            Files.deleteIfExists(folder.resolve(name + CERTIFICATE));
            Files.deleteIfExists(folder.resolve(name + KEY));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the files of [" + name + "] in [" + folder + "]", e);
        }
    }

    /** Until when the certificate of a name counts. */
    public Instant expires(String name) {
        return certificate(folder.resolve(name + CERTIFICATE)).getNotAfter().toInstant();
    }

    private Authority authority() {
        Path key = folder.resolve(AUTHORITY + KEY);
        try {
            return Authority.read(Files.readAllBytes(folder.resolve(Credentials.AUTHORITY)), Files.readAllBytes(key));
        } catch (IOException | GeneralSecurityException e) {
            throw new InvalidInputException(
                    "cannot renew without [" + folder.resolve(Credentials.AUTHORITY) + "] and [" + key + "] (" + e
                            + "); put both there, or make keys in another folder without --renew",
                    e);
        }
    }

    private List<Authority.Holder> held() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(file -> file.endsWith(CERTIFICATE)
                            && !file.endsWith(KEY)
                            && !OF_NOBODY.contains(file)
                            && !file.startsWith("."))
                    .sorted()
                    .map(this::holder)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list [" + folder + "]", e);
        }
    }

    private Authority.Holder holder(String file) {
        Path path = folder.resolve(file);
        try {
            Identity identity = Identity.of(certificate(path));
            if (identity.roles().isEmpty() || identity.clusters().size() != 1) {
                throw new InvalidInputException(
                        "[" + path + "] is no certificate of the command keys; keep it in another folder");
            }
            String name = file.substring(0, file.length() - CERTIFICATE.length());
            return new Authority.Holder(
                    name, identity.roles(), identity.clusters().iterator().next());
        } catch (GeneralSecurityException e) {
            throw unreadable(path, e);
        }
    }

    private static X509Certificate certificate(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(file, e);
        }
    }

    private static InvalidInputException unreadable(Path file, Exception e) {
        return new InvalidInputException("[" + file + "] is no certificate (" + e.getMessage() + "); take it away", e);
    }

    /** A folder that is made, or empty, gets its mode; one in which something lies must have it. */
    private void open() {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder.toAbsolutePath());
                Files.setPosixFilePermissions(folder, OWNER_ONLY);
            } else if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(folder))) {
                try (Stream<Path> files = Files.list(folder)) {
                    if (files.findAny().isPresent()) {
                        throw new InvalidInputException("others may enter [" + folder
                                + "], and keys are for their owner alone; chmod 700 it, or name another folder");
                    }
                }
                Files.setPosixFilePermissions(folder, OWNER_ONLY);
            }
        } catch (FileAlreadyExistsException e) {
            throw new InvalidInputException("[" + folder + "] is no folder; name another one", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder [" + folder + "]", e);
        }
    }

    private void write(String name, Authority.Signed signed) {
        write(folder.resolve(name + KEY), signed.key(), SECRET);
        write(folder.resolve(name + CERTIFICATE), signed.certificate(), READABLE);
    }

    /** It has its mode before it has its content, and its name once it is whole. */
    private void write(Path file, String text, Set<PosixFilePermission> mode) {
        Path beside = folder.resolve("." + file.getFileName() + ".new");
        try {
            Files.deleteIfExists(beside);
            Files.createFile(beside, PosixFilePermissions.asFileAttribute(SECRET));
            Files.write(
                    beside,
                    text.getBytes(StandardCharsets.US_ASCII),
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            Files.setPosixFilePermissions(beside, mode);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write [" + file + "]", e);
        }
    }
}
