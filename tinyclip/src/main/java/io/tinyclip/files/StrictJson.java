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
import java.io.InputStreamReader;
import java.io.Reader;
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

    private static final String ADVICE = "Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON";

    private static final Gson COMPACT = writer().create();
    private static final Gson PRETTY = writer().setPrettyPrinting().create();

    private StrictJson() {}

    /** Reads an object from its first brace to its last. */
    @FunctionalInterface
    public interface ObjectBody {
        /**
         * Reads the object that the reader stands before.
         *
         * @throws MalformedJsonException if it is no such object
         * @throws IOException as the reader does
         */
        void read(JsonReader reader) throws IOException;
    }

    /**
     * Reads a file that holds one object.
     *
     * @throws InvalidInputException if it cannot be read or is no such file
     */
    public static JsonObject read(Path file) {
        try {
            requireSize(file, LARGEST);
            return parse(ByteBuffer.wrap(Files.readAllBytes(file)), file.toString());
        } catch (InvalidInputException e) {
            LfsPointer.refuse(file);
            throw e;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads a file that holds one object, piece by piece: neither the text nor a tree of it is held. What is said twice is
     * for the body to refuse.
     *
     * @param largest bytes that the file may have
     * @throws InvalidInputException if it cannot be read or is no such file
     */
    public static void stream(Path file, long largest, ObjectBody body) {
        try {
            requireSize(file, largest);
            try (Reader text = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8.newDecoder())) {
                JsonReader reader = begin(text);
                body.read(reader);
                end(reader);
            }
        } catch (CharacterCodingException | MalformedJsonException | EOFException e) {
            LfsPointer.refuse(file);
            throw damaged(file.toString(), e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads one object in UTF-8.
     *
     * @param where what to name in a complaint
     * @throws InvalidInputException if it is not strict JSON, not an object, or says anything twice
     */
    public static JsonObject parse(ByteBuffer utf8, String where) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
            JsonReader reader = begin(new StringReader(text));
            JsonObject object = object(reader);
            end(reader);
            return object;
        } catch (CharacterCodingException | MalformedJsonException | EOFException e) {
            throw damaged(where, e);
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

    private static void requireSize(Path file, long largest) throws IOException {
        if (Files.size(file) > largest) {
            throw new InvalidInputException(
                    "[" + file + "] has [" + Files.size(file) + "] bytes; a JSON file must have at most " + largest);
        }
    }

    private static JsonReader begin(Reader text) throws IOException {
        JsonReader reader = new JsonReader(text);
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(DEEPEST);
        if (reader.peek() != JsonToken.BEGIN_OBJECT) {
            throw new MalformedJsonException("expected an object, found " + reader.peek());
        }
        return reader;
    }

    private static void end(JsonReader reader) throws IOException {
        if (reader.peek() != JsonToken.END_DOCUMENT) {
            throw new MalformedJsonException("text after the end of the object");
        }
    }

    private static InvalidInputException damaged(String where, IOException e) {
        String how = e instanceof CharacterCodingException ? "UTF-8" : "valid JSON: " + firstLine(e);
        return new InvalidInputException("[" + where + "] is not " + how, e);
    }

    private static InvalidInputException unreadable(Path file, IOException e) {
        return new InvalidInputException("cannot read [" + file + "]: " + e + "; check the path", e);
    }

    /** The parser adds a line of advice for programmers, and may begin with a sentence of it. */
    private static String firstLine(IOException e) {
        String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return line.replace(ADVICE, "malformed");
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
