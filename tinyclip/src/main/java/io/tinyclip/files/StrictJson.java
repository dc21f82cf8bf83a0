package io.tinyclip.files;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.tinyclip.model.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON to the letter of RFC 8259, with no name twice in an object. Numbers keep the digits that were written. */
public final class StrictJson {
    private static final int DEEPEST = 64;
    /** Bytes; far above any config or index of tensors. */
    private static final long LARGEST = 1L << 26;

    private static final Gson COMPACT = writer().create();
    private static final Gson PRETTY = writer().setPrettyPrinting().create();

    private StrictJson() {}

    /**
     * Reads a file that holds one object.
     *
     * @throws InvalidInputException if it cannot be read or is no such file
     */
    public static JsonObject read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new InvalidInputException("[" + file + "] has [" + Files.size(file)
                        + "] bytes; a JSON file must have at most " + LARGEST);
            }
            return parse(ByteBuffer.wrap(Files.readAllBytes(file)), file.toString());
        } catch (IOException e) {
            throw new InvalidInputException("cannot read [" + file + "]: " + e + "; check the path", e);
        }
    }

    /**
     * Reads one object in UTF-8.
     *
     * @param where what to name in a complaint
     * @throws InvalidInputException if it is not strict JSON, not an object, or says anything twice
     */
    static JsonObject parse(ByteBuffer utf8, String where) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
            JsonReader reader = new JsonReader(new StringReader(text));
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(DEEPEST);
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                throw new MalformedJsonException("expected an object, found " + reader.peek());
            }
            JsonObject object = object(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new MalformedJsonException("text after the end of the object");
            }
            return object;
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("[" + where + "] is not UTF-8", e);
        } catch (MalformedJsonException | EOFException e) {
            throw new InvalidInputException("[" + where + "] is not valid JSON: " + firstLine(e), e);
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be read", e);
        }
    }

    /** One line; NaN and infinities, which could not be read back, are an {@link IllegalArgumentException}. */
    public static String compact(JsonObject object) {
        return COMPACT.toJson(object);
    }

    /** The same for people: a field a line. */
    public static String pretty(JsonObject object) {
        return PRETTY.toJson(object);
    }

    /** The parser adds a line of advice for programmers. */
    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static GsonBuilder writer() {
        return new GsonBuilder()
                .setStrictness(Strictness.STRICT)
                .serializeNulls()
                .disableHtmlEscaping();
    }

    private static JsonElement element(JsonReader reader) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> object(reader);
            case BEGIN_ARRAY -> array(reader);
            case STRING -> new JsonPrimitive(reader.nextString());
            case NUMBER -> new JsonPrimitive(ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(reader));
            case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield JsonNull.INSTANCE;
            }
            default -> throw new MalformedJsonException("unexpected " + reader.peek());
        };
    }

    private static JsonObject object(JsonReader reader) throws IOException {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (object.has(name)) {
                throw new MalformedJsonException("name [" + name + "] twice in one object");
            }
            object.add(name, element(reader));
        }
        reader.endObject();
        return object;
    }

    private static JsonArray array(JsonReader reader) throws IOException {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(element(reader));
        }
        reader.endArray();
        return array;
    }
}
