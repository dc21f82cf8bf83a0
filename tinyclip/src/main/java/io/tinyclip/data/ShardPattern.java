package io.tinyclip.data;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The files that a pattern stands for, in order: WebDataset's shorthand with braces, {@code ~} for the user's own folder, and
 * {@code *}, {@code ?}, {@code [..]} and {@code **} for files that are there. Addresses with a scheme have
 * braces, and whatever their store knows: stars, and folders, which end with a slash.
 */
public final class ShardPattern {
    /** Most tars of one source; about twice as many as LAION-2B has. */
    static final int MOST_SHARDS = 500_000;

    private static final String SOURCE_SEPARATOR = "::";
    private static final String TAR = ".tar";
    private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");

    private ShardPattern() {}

    /**
     * The tars of {@code a.tar::b/{000..041}.tar::{x,y}.tar}: paths, and addresses. A folder stands for the tars in it, an address
     * with stars or a slash at its end for what is there.
     *
     * @param setting names the pattern in messages
     */
    static List<String> expand(String pattern, String setting) {
        List<String> places = new ArrayList<>();
        for (String source : pattern.split(SOURCE_SEPARATOR, -1)) {
            for (String place : places(source, pattern, setting)) {
                if (isElsewhere(place)) {
                    places.addAll(elsewhere(place, setting));
                } else if (Files.isDirectory(Path.of(place))) {
                    tarsIn(Path.of(place), setting).forEach(tar -> places.add(tar.toString()));
                } else {
                    places.add(place);
                }
                if (places.size() > MOST_SHARDS) {
                    throw tooMany(pattern, setting);
                }
            }
        }
        return places;
    }

    /**
     * The files and folders that one source of a pattern stands for, at least one; some may be missing.
     *
     * @param pattern of which the source is a part, for messages, as {@code setting}
     */
    public static List<String> places(String source, String pattern, String setting) {
        if (source.isBlank()) {
            throw refusal(pattern, setting, "has an empty source; write paths with [::] only between them");
        }
        List<String> names = new ArrayList<>();
        expand(source.strip(), names, pattern, setting);
        List<String> places = new ArrayList<>();
        for (String name : names) {
            if (isElsewhere(name)) {
                places.add(name);
                continue;
            }
            String own = Location.underHome(name);
            if (!Glob.isOne(own)) {
                places.add(own);
                continue;
            }
            List<Path> found = Glob.find(own, setting);
            if (found.isEmpty()) {
                throw refusal(pattern, setting, "matches nothing that is there by [" + own + "]; check the path");
            }
            found.forEach(path -> places.add(path.toString()));
        }
        return places;
    }

    /** Of a folder, the tars below it, as beside them lie files that tell of them. */
    private static List<String> elsewhere(String place, String setting) {
        List<String> found = Storage.list(place, setting);
        if (!place.endsWith("/")) {
            return found;
        }
        List<String> tars = found.stream().filter(file -> file.endsWith(TAR)).toList();
        if (tars.isEmpty()) {
            throw new InvalidInputException(setting + " [" + Location.shown(place) + "] holds [" + found.size()
                    + "] files, of which none ends in " + TAR + "; name the tars, such as by " + Location.shown(place)
                    + "*");
        }
        return tars;
    }

    /** Whether it is an address with a scheme, {@code s3://} or {@code https://}, and no path. */
    public static boolean isElsewhere(String place) {
        return Location.scheme(place).isPresent();
    }

    /** The tars in a folder itself, by their names, letter by letter of Unicode, which no locale changes. */
    public static List<Path> tarsIn(Path folder, String setting) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> path.getFileName().toString().endsWith(TAR))
                    .filter(path -> !path.getFileName().toString().startsWith("."))
                    .filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "folder [" + folder + "] of " + setting + " cannot be listed (" + e + "); check its permissions",
                    e);
        }
    }

    private static void expand(String name, List<String> names, String pattern, String setting) {
        Matcher braces = BRACES.matcher(name);
        if (!braces.find()) {
            if (name.contains("{") || name.contains("}")) {
                throw refusal(pattern, setting, "has a brace without its partner");
            }
            if (names.size() == MOST_SHARDS) {
                throw tooMany(pattern, setting);
            }
            names.add(name);
            return;
        }
        alternatives(braces.group(1), pattern, setting)
                .map(choice -> name.substring(0, braces.start()) + choice + name.substring(braces.end()))
                .forEach(chosen -> expand(chosen, names, pattern, setting));
    }

    private static Stream<String> alternatives(String inside, String pattern, String setting) {
        Matcher range = RANGE.matcher(inside);
        if (!range.matches()) {
            return Stream.of(inside.split(",", -1));
        }
        String from = range.group(1);
        String to = range.group(2);
        if (Integer.parseInt(from) > Integer.parseInt(to)) {
            throw refusal(pattern, setting, "counts down in {" + inside + "}; write the smaller number first");
        }
        boolean padded = from.startsWith("0") || to.startsWith("0");
        String format = padded ? "%0" + Math.max(from.length(), to.length()) + "d" : "%d";
        return IntStream.rangeClosed(Integer.parseInt(from), Integer.parseInt(to))
                .mapToObj(number -> String.format(Locale.ROOT, format, number));
    }

    private static InvalidInputException tooMany(String pattern, String setting) {
        return refusal(pattern, setting, "names more than " + MOST_SHARDS + " tars");
    }

    private static InvalidInputException refusal(String pattern, String setting, String problem) {
        return new InvalidInputException(setting + " [" + Location.shown(pattern) + "] " + problem);
    }
}
