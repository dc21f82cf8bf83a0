package io.tinyclip.data.source;

import io.tinyclip.data.Captions;
import io.tinyclip.data.Leftovers;
import io.tinyclip.data.PairDataset;
import io.tinyclip.data.Reading;
import io.tinyclip.data.SampleName;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder, searched through and through, of pictures with captions beside them: {@code x/a.jpg} with {@code x/a.txt} or
 * {@code x/a.json}. Here an ending begins at the last dot, for people's names have dots. Pairs are in the order of their names,
 * letter by letter of Unicode, which no locale changes.
 */
final class PairFolder {
    private static final String REMEDY =
            "put captions beside the pictures, key.jpg with key.txt or key.json, or name tars in folders below as [**/*.tar]";

    private static final char UNREADABLE = '\uFFFD';

    private final Path folder;
    private final String setting;
    private final Reading reading;
    private final Leftovers leftovers = new Leftovers();
    private final Captions captions;

    PairFolder(Path folder, String setting, Reading reading) {
        this.folder = folder;
        this.setting = setting;
        this.reading = reading;
        this.captions = new Captions(reading, leftovers);
    }

    private static final class Sample {
        private @Nullable Path picture;
        private boolean second;
        private @Nullable Path text;
        private @Nullable Path json;
    }

    /** Whether pictures lie in a folder itself. */
    static boolean hasPictures(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> SampleName.ofFile(entry.getFileName().toString()))
                    .flatMap(Optional::stream)
                    .map(SampleName::kind)
                    .anyMatch(kind -> kind == SampleName.Kind.PICTURE || kind == SampleName.Kind.SECOND_PICTURE);
        } catch (IOException e) {
            throw new InvalidInputException("cannot list [" + folder + "]: " + e + "; check its permissions", e);
        }
    }

    /**
     * Finds the pairs.
     *
     * @throws InvalidInputException if there are none, or a folder cannot be read
     */
    PairDataset open() {
        FilePairs.Builder builder = new FilePairs.Builder(reading, leftovers);
        try {
            samples().forEach((key, sample) -> add(key, sample, builder));
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException(
                    "folder [" + folder + "] of " + setting + " cannot be read (" + e + "); check its permissions", e);
        }
        return builder.build(setting + " [" + folder + "]", REMEDY);
    }

    private void add(String key, Sample sample, FilePairs.Builder builder) {
        if (sample.picture == null) {
            leftovers.count(Leftovers.Reason.WITHOUT_PICTURE, key);
            return;
        }
        List<String> text =
                read(sample.text).map(bytes -> captions.ofText(bytes, key)).orElse(List.of());
        Captions.Json json =
                read(sample.json).map(bytes -> captions.ofJson(bytes, key)).orElse(Captions.Json.NONE);
        builder.add(sample.picture, key, json.or(text));
    }

    private Optional<byte[]> read(@Nullable Path file) {
        if (file == null) {
            return Optional.empty();
        }
        try {
            if (Files.size(file) > Captions.MOST_BYTES) {
                leftovers.count(Leftovers.Reason.OVERLONG, file.toString());
                return Optional.empty();
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Sample> samples() throws IOException {
        Map<String, Sample> samples = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = folder.relativize(path).toString().replace('\\', '/');
                Optional<SampleName> parts = SampleName.ofFile(requireReadable(name));
                if (parts.isPresent() && Files.isRegularFile(path)) {
                    sort(path, parts.get(), samples);
                }
            }
        }
        return samples;
    }

    /** Names that are read wrongly would pair, order and name content otherwise than on another machine. */
    static String requireReadable(String name) {
        if (name.indexOf(UNREADABLE) >= 0) {
            throw new InvalidInputException("file name [" + name
                    + "] has letters that cannot be read in the locale's encoding; start it with LC_ALL=C.UTF-8 in the"
                    + " environment, or rename the file");
        }
        return name;
    }

    private static void sort(Path path, SampleName name, Map<String, Sample> samples) {
        SampleName.Kind kind = name.kind();
        if (kind == SampleName.Kind.FIELD || kind == SampleName.Kind.UNKNOWN) {
            return;
        }
        Sample sample = samples.computeIfAbsent(name.key(), key -> new Sample());
        switch (kind) {
            case TEXT -> sample.text = only(sample.text, path);
            case JSON -> sample.json = only(sample.json, path);
            default -> {
                boolean second = kind == SampleName.Kind.SECOND_PICTURE;
                if (sample.picture == null || (sample.second && !second)) {
                    sample.picture = path;
                    sample.second = second;
                } else if (sample.second == second) {
                    sample.picture = only(sample.picture, path);
                }
            }
        }
    }

    private static Path only(@Nullable Path before, Path now) {
        if (before != null) {
            throw new InvalidInputException("[" + before + "] and [" + now
                    + "] are two pictures or texts of one sample; give each sample a name of its own");
        }
        return now;
    }
}
