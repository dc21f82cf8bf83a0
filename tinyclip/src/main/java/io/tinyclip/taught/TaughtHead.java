package io.tinyclip.taught;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyclip.hash.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a file begins with: magic 8, version 4, bytes of the text 4, the text, which is JSON, and the SHA-256 of all this. Entries
 * follow, those of a sample one behind the other.
 *
 * @param key of the store
 * @param range of the samples
 * @param maker of an input's values: precision and numeric class, for people
 * @param body SHA-256, in hex, of all entries of an input; empty where they are filled in later
 */
record TaughtHead(JsonObject key, TaughtRange range, Maker maker, String body) {
    private static final long MAGIC = 0x7461_7567_680d_0a1aL; // "taugh", CR, LF, end of file
    private static final int VERSION = 1;
    private static final int FIXED = Long.BYTES + 2 * Integer.BYTES;
    private static final int MOST_TEXT = 1 << 16;

    /** A hash of the same length, in the place of one that is not known yet. */
    static final String UNKNOWN = "0".repeat(2 * Sha256.BYTES);

    /** Who computed an input's values. */
    record Maker(String precision, String numericClass) {
        static final Maker ANY = new Maker("", "");
    }

    byte[] bytes() {
        JsonObject json = new JsonObject();
        json.add("key", key);
        json.addProperty("content", range.content());
        json.addProperty("first", range.first());
        json.addProperty("count", range.count());
        json.addProperty("madeIn", maker.precision);
        json.addProperty("madeBy", maker.numericClass);
        json.addProperty("body", body);
        byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(FIXED + text.length + Sha256.BYTES);
        out.putLong(MAGIC).putInt(VERSION).putInt(text.length).put(text);
        byte[] before = Arrays.copyOf(out.array(), FIXED + text.length);
        return out.put(Sha256.digest().digest(before)).array();
    }

    /**
     * Reads the head of a file, and stands behind it then.
     *
     * @throws DamagedStoreException if it is none, or not as it was written
     */
    static TaughtHead read(FileChannel file) throws IOException, DamagedStoreException {
        ByteBuffer fixed = TaughtFolder.read(file, 0, FIXED);
        if (fixed.remaining() < FIXED || fixed.getLong() != MAGIC) {
            throw new DamagedStoreException("is no file of teacher embeddings");
        }
        int version = fixed.getInt();
        int length = fixed.getInt();
        if (version != VERSION) {
            throw new DamagedStoreException("is of version [" + version + "], not [" + VERSION + "]");
        }
        int whole = FIXED + length + Sha256.BYTES;
        if (length < 0 || length > MOST_TEXT || file.size() < whole) {
            throw new DamagedStoreException("ends within its head");
        }
        byte[] bytes = TaughtFolder.read(file, 0, whole).array();
        byte[] hash = Sha256.digest().digest(Arrays.copyOf(bytes, FIXED + length));
        if (!Arrays.equals(hash, Arrays.copyOfRange(bytes, FIXED + length, whole))) {
            throw new DamagedStoreException("has a damaged head");
        }
        file.position(whole);
        return parsed(new String(bytes, FIXED, length, StandardCharsets.UTF_8));
    }

    private static TaughtHead parsed(String text) throws DamagedStoreException {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            return new TaughtHead(
                    json.getAsJsonObject("key"),
                    new TaughtRange(
                            json.get("content").getAsString(),
                            json.get("first").getAsInt(),
                            json.get("count").getAsInt()),
                    new Maker(
                            json.get("madeIn").getAsString(), json.get("madeBy").getAsString()),
                    json.get("body").getAsString());
        } catch (JsonParseException | IllegalStateException | NullPointerException | IllegalArgumentException e) {
            throw new DamagedStoreException("has a head that cannot be understood");
        }
    }
}
