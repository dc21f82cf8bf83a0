package io.tinyclip.cluster.board;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyclip.files.JsonLine;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Which files of a run folder are shown: lines and pictures that lie in it, by their names and by no path. */
final class RunFiles {
    static final String MASKS = "masks.jsonl";
    static final String EVENTS = "events.jsonl";

    /** Files of lines that are no figures. */
    static final Set<String> NO_FIGURES = Set.of(MASKS, EVENTS, "bad-samples.jsonl");

    private static final Pattern LINES = Pattern.compile("[A-Za-z0-9_-]{1,64}\\.jsonl");
    private static final Pattern PICTURE = Pattern.compile("[A-Za-z0-9_-]{1,64}\\.png");
    private static final int MOST_FILES = 64;
    private static final long LARGEST_RECORD = 8L << 20;

    private RunFiles() {}

    static boolean isLines(String name) {
        return LINES.matcher(name).matches();
    }

    static boolean isPicture(String name) {
        return PICTURE.matcher(name).matches();
    }

    static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Names of files of lines, sorted. */
    static List<String> lines(Path folder) throws IOException {
        return names(folder, RunFiles::isLines);
    }

    /** Names of pictures, sorted. */
    static List<String> pictures(Path folder) throws IOException {
        return names(folder, RunFiles::isPicture);
    }

    private static List<String> names(Path folder, Predicate<String> wanted) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (wanted.test(name) && isFile(file) && names.size() < MOST_FILES) {
                    names.add(name);
                }
            }
        }
        return List.copyOf(names);
    }

    /** run.json; empty where there is none, or none that can be read: it is replaced as a whole. */
    static Optional<JsonObject> record(Path folder) throws IOException {
        Path file = folder.resolve(RunFolders.RECORD);
        if (!isFile(file) || Files.size(file) > LARGEST_RECORD) {
            return Optional.empty();
        }
        try {
            return Optional.of(JsonParser.parseString(Files.readString(file)))
                    .filter(JsonObject.class::isInstance)
                    .map(JsonObject.class::cast);
        } catch (JsonParseException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** When the run's first event was, in milliseconds since 1970. */
    static OptionalLong began(Path folder, GrowingLines growing) throws IOException {
        Path file = folder.resolve(EVENTS);
        if (!isFile(file)) {
            return OptionalLong.empty();
        }
        return growing.slice(file, 0, 1, 1).lines().stream()
                .flatMap(line -> JsonLine.read(line).stream())
                .filter(event -> event.has("time") && event.get("time").isJsonPrimitive())
                .filter(event -> event.getAsJsonPrimitive("time").isNumber())
                .mapToLong(event -> event.get("time").getAsLong())
                .findFirst();
    }
}
