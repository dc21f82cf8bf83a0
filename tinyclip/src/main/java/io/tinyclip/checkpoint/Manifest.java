package io.tinyclip.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.files.JsonFields;
import io.tinyclip.files.StrictJson;
import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What makes range files a checkpoint, {@code manifest.json}:
 *
 * <pre>
 * {"format": "tinyclip checkpoint", "version": 1, "id": "step-000000123",
 *  "ranges": [{"name", "from", "to", "sha256", "bytes"}, ...],     in order, from 0, without gaps
 *  "state": {...},                                                 the coordinator's
 *  "sha256": "..."}                                                of the fields above, as compact JSON
 * </pre>
 *
 * @param ranges tile the vector, in order
 * @param state all of the run's state that is no vector
 */
record Manifest(String id, List<RangeFile> ranges, JsonObject state) {
    static final String FILE = "manifest.json";

    private static final String FORMAT = "tinyclip checkpoint";
    private static final int VERSION = 1;
    /** Bytes; far above those of any run's. */
    private static final int LARGEST = 1 << 26;

    Manifest {
        ranges = List.copyOf(ranges);
        int next = 0;
        for (RangeFile range : ranges) {
            if (range.from() != next || range.bytes() != RangeFormat.bytes(range.from(), range.to())) {
                throw new IllegalArgumentException("range file [" + range.name() + "] of [" + range.bytes()
                        + "] bytes: the ranges must follow one another, the next from [" + next + "] on");
            }
            next = range.to();
        }
        if (next == 0) {
            throw new IllegalArgumentException("a checkpoint must have at least one range");
        }
    }

    /** P, floats of the vector. */
    int size() {
        return ranges.get(ranges.size() - 1).to();
    }

    String text() {
        JsonObject json = toJson();
        json.addProperty("sha256", sha256(json));
        return StrictJson.compact(json) + "\n";
    }

    /** @param at the checkpoint's folder */
    static Manifest read(SharedFolder at) {
        String file = at.shown(FILE);
        JsonFields fields = new JsonFields(StrictJson.parse(bytes(at), file), file);
        fields.only("format", "version", "id", "ranges", "state", "sha256");
        if (!fields.text("format").equals(FORMAT)) {
            throw fields.invalid("format [" + fields.text("format") + "] must be " + FORMAT);
        }
        fields.whole("version", VERSION, VERSION);
        String expected = fields.text("sha256");
        fields.object().remove("sha256");
        if (!sha256(fields.object()).equals(expected)) {
            throw fields.invalid("is corrupt: expected SHA-256 " + expected + ", found " + sha256(fields.object()));
        }
        List<RangeFile> ranges =
                fields.objects("ranges").stream().map(RangeFile::of).toList();
        try {
            return new Manifest(
                    fields.text("id"), ranges, fields.object("state").object());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("[" + file + "]: " + e.getMessage(), e);
        }
    }

    private static ByteBuffer bytes(SharedFolder at) {
        try {
            Blob blob = at.open(FILE);
            long size = blob.size();
            if (size > LARGEST) {
                throw new InvalidInputException(
                        "[" + at.shown(FILE) + "] of " + size + " bytes must have at most " + LARGEST);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            blob.read(0, bytes);
            return bytes.flip();
        } catch (IOException e) {
            throw at.unreadable(FILE, e);
        }
    }

    private JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("version", VERSION);
        json.addProperty("id", id);
        JsonArray files = new JsonArray();
        ranges.forEach(range -> files.add(range.toJson()));
        json.add("ranges", files);
        json.add("state", state);
        return json;
    }

    private static String sha256(JsonObject json) {
        return Sha256.hex(StrictJson.compact(json).getBytes(StandardCharsets.UTF_8));
    }
}
