package io.tinyclip.taught;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyclip.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What the values of a store depend on besides its samples. Each of it is written into every file, and its hash is the name of the
 * store's folder, so that several teachers' stores lie side by side.
 *
 * @param teacher SHA-256 of shape, preprocessing and weights
 * @param picture how a picture becomes the teacher's input, as JSON
 * @param contextLength tokens of the longest text
 * @param views K
 * @param mostPixels of a picture that is not bad
 * @param embedding E, numbers of an embedding
 * @param computation where the values are those that a run of one numeric class computes; empty where they are an input, and
 *     whoever computed them is as good as any
 */
public record TaughtKey(
        String teacher,
        String picture,
        int contextLength,
        int views,
        int mostPixels,
        int embedding,
        Optional<Computation> computation) {
    private static final int NAME_DIGITS = 32;

    /**
     * How values are computed, down to the last bit.
     *
     * @param numericClass its name
     * @param precision inside the kernels
     * @param kernel SHA-256 of the kernel's source
     * @param rows of the batches, whoever is in them
     */
    public record Computation(String numericClass, String precision, String kernel, int rows) {}

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("teacher", teacher);
        json.addProperty("picture", picture);
        json.addProperty("contextLength", contextLength);
        json.addProperty("views", views);
        json.addProperty("mostPixels", mostPixels);
        json.addProperty("embedding", embedding);
        computation.ifPresent(how -> {
            json.addProperty("numericClass", how.numericClass);
            json.addProperty("precision", how.precision);
            json.addProperty("kernel", how.kernel);
            json.addProperty("rows", how.rows);
        });
        return json;
    }

    /** Of the store's folder. */
    String name() {
        return Sha256.hex(json().toString().getBytes(StandardCharsets.UTF_8)).substring(0, NAME_DIGITS);
    }

    /** Of each entry, in bytes. */
    int entryBytes() {
        return entryBytes(embedding);
    }

    /** Of an entry of a teacher with so many channels, in bytes. */
    public static int entryBytes(int embedding) {
        return TaughtEntry.bytes(embedding);
    }

    /** The first thing in which another store's key differs. */
    Optional<String> difference(JsonObject other) {
        for (Map.Entry<String, JsonElement> mine : json().entrySet()) {
            JsonElement theirs = other.get(mine.getKey());
            if (!mine.getValue().equals(theirs)) {
                return Optional.of(mine.getKey() + " [" + (theirs == null ? "" : theirs.getAsString()) + "] is not ["
                        + mine.getValue().getAsString() + "]");
            }
        }
        return json().equals(other) ? Optional.empty() : Optional.of("it names more than this one");
    }
}
