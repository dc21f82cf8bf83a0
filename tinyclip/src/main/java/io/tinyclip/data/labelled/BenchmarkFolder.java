package io.tinyclip.data.labelled;

import io.tinyclip.data.Leftovers;
import io.tinyclip.data.TextDecoder;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set in the layout of CLIP_benchmark, in a folder or below an address: {@code classnames.txt},
 * {@code zeroshot_classification_templates.txt} and {@code dataset_type.txt}, each of which may be missing, and for each split
 * {@code SPLIT/nshards.txt} with the number of its tars {@code SPLIT/0.tar} and so on.
 */
public final class BenchmarkFolder {
    /** What a set asks. */
    public enum Type {
        CLASSIFICATION,
        RETRIEVAL,
        MULTILABEL
    }

    private static final int MOST_BYTES = 1 << 24;
    private static final int MOST_TARS = 500_000;
    /** As browsers show a data set of Hugging Face, which CLIP_benchmark takes for its files' address. */
    private static final Pattern SHOWN =
            Pattern.compile("https://huggingface\\.co/datasets/([^/]+/[^/]+)(?:/tree/([^/]+)(/.*)?)?");

    private final String place;
    private final String setting;

    /**
     * @param place a path, or an address without a query
     * @param setting names it in messages
     */
    public BenchmarkFolder(String place, String setting) {
        Location.readable(place, setting);
        if (Storage.isRemote(place) && place.contains("?")) {
            throw new InvalidInputException(setting + " [" + Location.shown(place)
                    + "] has a query, behind which no file can be named; give an address without one, such as s3://");
        }
        this.place = below(place.replaceFirst("(?<=.)/+$", ""));
        this.setting = setting;
    }

    private static String below(String place) {
        Matcher shown = SHOWN.matcher(place);
        if (!shown.matches()) {
            return place;
        }
        String revision = shown.group(2) == null ? "" : "@" + shown.group(2);
        return "hf://datasets/" + shown.group(1) + revision + (shown.group(3) == null ? "" : shown.group(3));
    }

    /** The path or address that files are read below. */
    public String place() {
        return place;
    }

    /**
     * What the set says that it asks; classification if it says nothing.
     *
     * @throws InvalidInputException if it says something else
     */
    public Type type() {
        Optional<String> said =
                text("dataset_type.txt").map(text -> text.strip().toUpperCase(Locale.ROOT));
        if (said.isEmpty()) {
            return Type.CLASSIFICATION;
        }
        for (Type type : Type.values()) {
            if (type.name().equals(said.get())) {
                return type;
            }
        }
        throw new InvalidInputException("[" + file("dataset_type.txt") + "] says ["
                + said.get().toLowerCase(Locale.ROOT) + "], which must be classification, retrieval or multilabel");
    }

    /** The names of the classes by label, if the set has them. */
    public Optional<List<String>> classNames() {
        return text("classnames.txt").map(BenchmarkFolder::lines);
    }

    /** The sentences that names stand in, if the set has them. */
    public Optional<List<String>> templates() {
        return text("zeroshot_classification_templates.txt").map(BenchmarkFolder::lines);
    }

    /**
     * A pattern of a split's tars; nothing if the set has no such split in tars.
     *
     * @throws InvalidInputException if their number is none
     */
    public Optional<String> tars(String split) {
        String counting = split + "/nshards.txt";
        return text(counting).map(String::strip).map(number -> {
            int tars = number.matches("[0-9]{1,6}") ? Integer.parseInt(number) : 0;
            if (tars < 1 || tars > MOST_TARS) {
                throw new InvalidInputException("[" + file(counting) + "] says [" + number
                        + "], which must be how many tars there are, 1 to " + MOST_TARS);
            }
            return file(split + "/{0.." + (tars - 1) + "}.tar");
        });
    }

    private String file(String name) {
        return place + "/" + name;
    }

    private Optional<String> text(String name) {
        return text(file(name), setting);
    }

    /**
     * The lines of a file, each without the spaces around it; empty ones count, since a name is found by its line.
     *
     * @param location a path or an address
     * @param setting names it in messages
     * @throws InvalidInputException if it is missing, too long, or no text
     */
    public static List<String> lines(String location, String setting) {
        return text(location, setting)
                .map(BenchmarkFolder::lines)
                .orElseThrow(() -> new InvalidInputException(
                        "no file [" + Location.shown(location) + "], which " + setting + " names; check the path"));
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).toList();
    }

    private static Optional<String> text(String location, String setting) {
        Blob file = Storage.open(location, setting);
        try {
            long size = file.size();
            if (size > MOST_BYTES) {
                throw new InvalidInputException(
                        "[" + file.location() + "] has " + size + " bytes, at most " + MOST_BYTES + " are read");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            file.read(0, bytes);
            Optional<String> text =
                    new TextDecoder(StandardCharsets.UTF_8, new Leftovers()).text(bytes.array(), file.location());
            return Optional.of(text.orElseThrow(
                    () -> new InvalidInputException("[" + file.location() + "] is not in UTF-8; write it so")));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "[" + file.location() + "] of " + setting + " cannot be read (" + e + ")", e);
        }
    }
}
