package io.tinyclip.files;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.files.tensors.DataType;
import io.tinyclip.model.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file, checked before any tensor is touched: 8 bytes of little-endian length N, then N
 * bytes of JSON, {@code name -> {dtype, shape, data_offsets}}, then the data, which the tensors cover without gap or
 * overlap.
 *
 * @param tensors by name, in the order of their data
 * @param dataStart first byte of the data section in the file
 */
record SafetensorsHeader(Map<String, TensorEntry> tensors, Map<String, String> metadata, long dataStart) {
    static final String METADATA = "__metadata__";

    /** Bound of the reference implementation. */
    static final long LONGEST = 100_000_000;

    private static final int LENGTH_BYTES = Long.BYTES;

    /** Reads and checks the header of an open file; {@code file} is for complaints. */
    static SafetensorsHeader read(FileChannel channel, String file) throws IOException {
        long size = channel.size();
        if (size < LENGTH_BYTES) {
            throw new InvalidInputException(
                    "[" + file + "] is no safetensors file: expected at least 8 bytes, found " + size);
        }
        ByteBuffer prefix = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, prefix, 0);
        long length = prefix.getLong(0);
        long longest = Math.min(LONGEST, size - LENGTH_BYTES);
        if (length < 0 || length > longest) {
            throw new InvalidInputException(
                    "[" + file + "] is no safetensors file, or cut short: expected a header of at most " + longest
                            + " bytes, found " + Long.toUnsignedString(length));
        }
        ByteBuffer json = ByteBuffer.allocate((int) length);
        readFully(channel, json, LENGTH_BYTES);
        long dataStart = LENGTH_BYTES + length;
        return parse(json.flip(), file, dataStart, size - dataStart);
    }

    private static SafetensorsHeader parse(ByteBuffer json, String file, long dataStart, long dataBytes) {
        JsonObject object = StrictJson.parse(json, file);
        Map<String, String> metadata = Map.of();
        List<TensorEntry> entries = new ArrayList<>();
        for (String name : object.keySet()) {
            if (name.equals(METADATA)) {
                metadata = metadata(new JsonFields(object, file).object(METADATA));
            } else {
                entries.add(entry(name, object.get(name), file, dataBytes));
            }
        }
        entries.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
        requireCover(entries, file, dataBytes);
        Map<String, TensorEntry> byName = new LinkedHashMap<>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        return new SafetensorsHeader(byName, metadata, dataStart);
    }

    private static Map<String, String> metadata(JsonFields fields) {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (String name : fields.object().keySet()) {
            metadata.put(name, fields.text(name));
        }
        return metadata;
    }

    private static TensorEntry entry(String name, JsonElement value, String file, long dataBytes) {
        String where = file + " tensor " + name;
        if (!value.isJsonObject()) {
            throw new InvalidInputException("[" + where + "]: expected an object, found [" + value + "]");
        }
        JsonFields fields = new JsonFields(value.getAsJsonObject(), where).only("dtype", "shape", "data_offsets");
        DataType type = DataType.of(fields.text("dtype"))
                .orElseThrow(() -> fields.invalid("dtype expected one of " + List.of(DataType.values()) + ", found ["
                        + fields.text("dtype") + "]"));
        List<Long> offsets = fields.wholes("data_offsets", dataBytes);
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw fields.invalid("data_offsets expected [begin, end] with begin <= end, found " + offsets);
        }
        TensorEntry entry =
                new TensorEntry(name, type, fields.wholes("shape", Long.MAX_VALUE), offsets.get(0), offsets.get(1));
        requireBytes(entry, fields);
        return entry;
    }

    private static void requireBytes(TensorEntry entry, JsonFields fields) {
        try {
            long bytes = entry.type().bytes();
            for (long dimension : entry.shape()) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
            if (bytes != entry.bytes()) {
                throw fields.invalid("shape " + entry.shape() + " of " + entry.type() + ": expected " + bytes
                        + " bytes, found " + entry.bytes());
            }
        } catch (ArithmeticException e) {
            throw fields.invalid("shape " + entry.shape() + " expected less than 2^63 bytes", e);
        }
    }

    private static void requireCover(List<TensorEntry> entries, String file, long dataBytes) {
        long next = 0;
        for (TensorEntry entry : entries) {
            if (entry.begin() != next) {
                throw new InvalidInputException("[" + file + " tensor " + entry.name() + "]: "
                        + (entry.begin() < next ? "overlaps the tensor before it" : "leaves a gap before it")
                        + ": expected to begin at byte " + next + ", found " + entry.begin());
            }
            next = entry.end();
        }
        if (next != dataBytes) {
            throw new InvalidInputException("[" + file + "]: the last tensor was expected to end at byte " + dataBytes
                    + " of the data, found " + next);
        }
    }

    /** The header of tensors that follow one another, padded with spaces so that the data is aligned to 8 bytes. */
    static byte[] bytes(List<TensorEntry> entries, Map<String, String> metadata) {
        JsonObject object = new JsonObject();
        if (!metadata.isEmpty()) {
            JsonObject texts = new JsonObject();
            metadata.forEach(texts::addProperty);
            object.add(METADATA, texts);
        }
        for (TensorEntry entry : entries) {
            JsonObject fields = new JsonObject();
            fields.addProperty("dtype", entry.type().name());
            fields.add("shape", numbers(entry.shape()));
            fields.add("data_offsets", numbers(List.of(entry.begin(), entry.end())));
            object.add(entry.name(), fields);
        }
        byte[] json = object.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + LENGTH_BYTES - 1) / LENGTH_BYTES * LENGTH_BYTES;
        ByteBuffer header = ByteBuffer.allocate(LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.array();
    }

    private static JsonArray numbers(List<Long> values) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(new JsonPrimitive(value)));
        return array;
    }

    private static void readFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException("the file ended while it was read");
            }
        }
    }
}
