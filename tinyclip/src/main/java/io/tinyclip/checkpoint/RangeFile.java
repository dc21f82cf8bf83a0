package io.tinyclip.checkpoint;

import com.google.gson.JsonObject;
import io.tinyclip.files.JsonFields;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A durable file of a checkpoint that holds the range [from, to).
 *
 * @param name in the checkpoint's folder
 * @param sha256 of the whole file, in hex
 * @param bytes length of the whole file
 */
public record RangeFile(String name, int from, int to, String sha256, long bytes) {
    private static final Pattern NAME = Pattern.compile("range-\\d{10}-\\d{10}\\.bin");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /** A manifest comes from a disk and a report from the network: neither may name a file elsewhere. */
    public RangeFile {
        if (!NAME.matcher(name).matches() || !SHA_256.matcher(sha256).matches() || from < 0 || from >= to) {
            throw new IllegalArgumentException("range file [" + name + "] of [" + from + ", " + to + ") with SHA-256 ["
                    + sha256 + "] is malformed");
        }
    }

    static String nameOf(int from, int to) {
        return String.format(Locale.ROOT, "range-%010d-%010d.bin", from, to);
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.addProperty("from", from);
        json.addProperty("to", to);
        json.addProperty("sha256", sha256);
        json.addProperty("bytes", bytes);
        return json;
    }

    static RangeFile of(JsonFields fields) {
        fields.only("name", "from", "to", "sha256", "bytes");
        int from = fields.count("from", 0, Integer.MAX_VALUE);
        int to = fields.count("to", 0, Integer.MAX_VALUE);
        try {
            long bytes = fields.whole("bytes", 0, Long.MAX_VALUE);
            return new RangeFile(fields.text("name"), from, to, fields.text("sha256"), bytes);
        } catch (IllegalArgumentException e) {
            throw fields.invalid("is malformed: " + e.getMessage(), e);
        }
    }
}
