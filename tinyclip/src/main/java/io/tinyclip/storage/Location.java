package io.tinyclip.storage;

import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user calls a place: a path of this machine, or an address with a scheme. Decides which addresses there are, where one
 * may stand, and what of one may be written down: the query of an address may be a signature that opens it for everybody.
 */
public final class Location {
    /** Stands for the query of an address in whatever is written down. */
    public static final String HIDDEN = "?(hidden)";

    private static final Set<String> REMOTE = Set.of("http", "https", "s3", "hf");
    private static final Set<String> WITH_QUERY = Set.of("http", "https");
    private static final String KNOWN = "https://, http://, s3:// and hf://";

    /** Two letters at least: {@code C:/} is a disk. */
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):/(/?)(.*)", Pattern.DOTALL);

    private static final String WRITABLE = "s3";
    private static final Pattern FOLDER =
            Pattern.compile("(s3://[A-Za-z0-9._-]{1,255}(?:/[A-Za-z0-9!_.'()=+@,-]{1,255}){1,16})/?");

    private static final Pattern SOURCES = Pattern.compile("::");

    private Location() {}

    /** In lower case; nothing for a path. */
    public static Optional<String> scheme(String location) {
        Matcher matcher = SCHEME.matcher(location.strip());
        return matcher.matches() ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /** Whether it is an address of a kind that can be read. */
    public static boolean isRemote(String location) {
        return scheme(location).filter(REMOTE::contains).isPresent();
    }

    /**
     * Refuses what can neither be a path nor an address that can be read; of several joined by {@code ::}, each.
     *
     * @param setting names it in messages
     * @return the location
     * @throws InvalidInputException for an unknown scheme, a password, or an address without a host
     */
    public static String readable(String location, String setting) {
        for (String source : SOURCES.split(location)) {
            requireReadable(source.strip(), setting);
        }
        return location;
    }

    /**
     * Refuses an address whose query was taken out when it was written down.
     *
     * @param setting names it in messages
     */
    public static void requireWhole(String location, String setting) {
        if (location.contains(HIDDEN)) {
            throw refusal(
                    location,
                    setting,
                    "had a query that is written down nowhere, as it may open the address for everybody; give this machine"
                            + " the whole address by -D");
        }
    }

    /**
     * A path of this machine.
     *
     * @param setting names it in messages
     * @throws InvalidInputException for an address
     */
    public static Path local(String location, String setting) {
        Optional<String> scheme = scheme(location);
        if (scheme.isPresent()) {
            throw refusal(
                    location,
                    setting,
                    "is an address of scheme [" + scheme.get() + "], and only a path of this machine can stand there;"
                            + " name one without a scheme");
        }
        return path(location);
    }

    /** A path, of which {@code ~} at its beginning is the user's home, also where no shell has read it, as in a recipe. */
    public static Path path(String location) {
        return Path.of(underHome(location));
    }

    /** The same of a pattern of paths. */
    public static String underHome(String pattern) {
        return pattern.equals("~") || pattern.startsWith("~/")
                ? System.getProperty("user.home") + pattern.substring(1)
                : pattern;
    }

    /**
     * The address of a folder in a store, in which a run can be kept.
     *
     * @param setting names it in messages
     * @return without a slash at its end; empty for a path of this machine
     * @throws InvalidInputException for an address in which nothing can be written, or nothing can be put beside another
     */
    public static Optional<String> writable(String location, String setting) {
        Optional<String> scheme = scheme(location);
        if (scheme.isEmpty()) {
            return Optional.empty();
        }
        if (!scheme.get().equals(WRITABLE)) {
            throw refusal(
                    location,
                    setting,
                    (REMOTE.contains(scheme.get())
                                    ? "can be read alone, and a run's folder is written"
                                    : "has the unknown scheme [" + scheme.get() + "]")
                            + "; name a path of this machine, or s3://BUCKET/PREFIX");
        }
        Matcher matcher = FOLDER.matcher(location.strip());
        if (!matcher.matches() || location.matches(".*/[.]{1,2}(/.*)?")) {
            throw refusal(
                    location,
                    setting,
                    "must be s3://BUCKET/PREFIX, of letters, digits and any of !_.'()=+@,- between its slashes;"
                            + " a signature in a query opens one object, and a run's folder has many");
        }
        return Optional.of(matcher.group(1));
    }

    /** As it may be written down: without the query of an address, and without a password. */
    public static String shown(String text) {
        String shown = text.replaceAll("([A-Za-z][A-Za-z0-9+.-]+://)[^/@\\s]*@", "$1(hidden)@");
        return shown.replaceAll(
                "(?i)(https?://[^\\s?\\]]*)\\?(?!\\(hidden\\))[^\\s\\]]*?(?=::|[\\s\\]]|$)", "$1" + HIDDEN);
    }

    private static void requireReadable(String source, String setting) {
        Matcher matcher = SCHEME.matcher(source);
        if (!matcher.matches()) {
            return;
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        if (!REMOTE.contains(scheme)) {
            throw refusal(
                    source,
                    setting,
                    "has the unknown scheme [" + scheme + "]; name a path, or an address that begins with " + KNOWN);
        }
        if (matcher.group(2).isEmpty()
                || matcher.group(3).isEmpty()
                || matcher.group(3).startsWith("/")) {
            throw refusal(source, setting, "must begin with " + scheme + "://HOST-OR-BUCKET/");
        }
        String rest = matcher.group(3);
        String host = rest.replaceFirst("[/?#].*", "");
        if (host.contains("@") && WITH_QUERY.contains(scheme)) {
            throw refusal(
                    source,
                    setting,
                    "has a name or password before its host; leave it out: addresses are written"
                            + " into logs and run.json");
        }
    }

    private static InvalidInputException refusal(String location, String setting, String rule) {
        return new InvalidInputException(setting + " [" + shown(location) + "] " + rule);
    }
}
