package io.tinyclip.data;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a file as WebDataset reads it: the key, which all files of a sample share, ends at the first dot of the last part
 * of the path, and all behind that dot is the ending. A name is never used as a path.
 *
 * @param key with the folders before it
 * @param ending in small letters
 */
public record SampleName(String key, String ending) {
    private static final Pattern NAME = Pattern.compile("((?:.*/)?[^./]+)\\.([^/]*)", Pattern.DOTALL);
    private static final Pattern HIDDEN = Pattern.compile("(?:.*/)?\\.[^/]*", Pattern.DOTALL);

    private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "png", "webp");
    private static final Set<String> SECOND_PICTURES = Set.of("gif", "bmp", "tif", "tiff", "jfif", "jpe");

    private static final Set<String> LABELS = Set.of("cls", "cls.txt");

    /** Of what other programs keep in a sample beside picture and caption. */
    private static final Set<String> FIELDS = Set.of(
            "cls",
            "cls2",
            "class",
            "count",
            "index",
            "inx",
            "id",
            "url",
            "jsn",
            "text",
            "transcript",
            "npy",
            "npz",
            "pth",
            "pt",
            "pyd",
            "pickle",
            "pkl",
            "mp",
            "msgpack",
            "ten",
            "tb",
            "cbor",
            "xml",
            "csv",
            "mp4",
            "wav",
            "flac",
            "mp3");

    /** What a file is to a sample. */
    public enum Kind {
        PICTURE,
        /** A picture unless the sample has one of the other kind. */
        SECOND_PICTURE,
        TEXT,
        JSON,
        /** Known, and not needed. */
        FIELD,
        UNKNOWN
    }

    /** The parts of a name; nothing if it has no ending, or nothing before it. */
    public static Optional<SampleName> of(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches()
                ? Optional.of(new SampleName(parts.group(1), parts.group(2).toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    /** As {@link #of}, with an ending that begins at the last dot, for files that no other program has named. */
    public static Optional<SampleName> ofFile(String name) {
        int dot = name.lastIndexOf('.');
        int start = name.lastIndexOf('/') + 1;
        return dot <= start || isHidden(name)
                ? Optional.empty()
                : Optional.of(new SampleName(
                        name.substring(0, dot), name.substring(dot + 1).toLowerCase(Locale.ROOT)));
    }

    /** Whether a name begins with a dot, as what systems put beside people's files. */
    public static boolean isHidden(String name) {
        return HIDDEN.matcher(name).matches();
    }

    /** What the ending says. */
    public Kind kind() {
        if (PICTURES.contains(ending)) {
            return Kind.PICTURE;
        }
        if (SECOND_PICTURES.contains(ending)) {
            return Kind.SECOND_PICTURE;
        }
        return switch (ending) {
            case "txt" -> Kind.TEXT;
            case "json" -> Kind.JSON;
            default -> FIELDS.contains(ending) ? Kind.FIELD : Kind.UNKNOWN;
        };
    }

    /** Whether it may be a caption. */
    boolean isText() {
        return kind() == Kind.TEXT || kind() == Kind.JSON;
    }

    /** Whether it is the number of a class, as CLIP_benchmark's sets have it. */
    boolean isLabel() {
        return LABELS.contains(ending);
    }
}
