package io.tinyclip.formats;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.tinyclip.files.StrictJson;
import java.io.IOException;

/**
 * Reads {@code tokenizer.json} and {@code vocab.json} piece by piece: of nearly 50,000 tokens and as many merges a tree
 * would take tens of megabytes.
 */
final class TokenizerJson {
    private final JsonReader reader;
    private final TokenizerComparison comparison;

    private TokenizerJson(JsonReader reader, TokenizerComparison comparison) {
        this.reader = reader;
        this.comparison = comparison;
    }

    private interface Field {
        void read(String name) throws IOException;
    }

    /** Compares a {@code tokenizer.json} as Hugging Face's tokenizers writes it. */
    static void tokenizer(TokenizerComparison comparison) {
        StrictJson.stream(comparison.file(), TokenizerFiles.LARGEST, reader -> {
            TokenizerJson json = new TokenizerJson(reader, comparison);
            json.fields("the file", json::part);
        });
        comparison.requireAllTokens();
        comparison.requireAllMerges();
    }

    /** Compares a {@code vocab.json}: ids by their tokens. */
    static void vocabulary(TokenizerComparison comparison) {
        StrictJson.stream(comparison.file(), TokenizerFiles.LARGEST, reader -> {
            TokenizerJson json = new TokenizerJson(reader, comparison);
            json.fields("the file", json::token);
        });
        comparison.requireAllTokens();
    }

    private void part(String name) throws IOException {
        switch (name) {
            case "added_tokens" -> addedTokens();
            case "model" -> fields("model", this::partOfModel);
            default -> reader.skipValue();
        }
    }

    private void partOfModel(String name) throws IOException {
        switch (name) {
            case "type" -> type();
            case "vocab" -> fields("vocab", this::token);
            case "merges" -> merges();
            default -> reader.skipValue();
        }
    }

    /** Old files have none. */
    private void type() throws IOException {
        String type = next(JsonToken.STRING, "type");
        if (!type.equals("BPE")) {
            throw comparison.different(
                    "its model is of the type " + TokenizerComparison.quoted(type), TokenizerComparison.quoted("BPE"));
        }
    }

    private void token(String token) throws IOException {
        comparison.token(token, next(JsonToken.NUMBER, "a token's id"));
    }

    private void addedTokens() throws IOException {
        require(JsonToken.BEGIN_ARRAY, "added_tokens");
        reader.beginArray();
        while (reader.hasNext()) {
            String[] added = {"", ""};
            fields("a token of added_tokens", name -> {
                switch (name) {
                    case "content" -> added[0] = next(JsonToken.STRING, "content");
                    case "id" -> added[1] = next(JsonToken.NUMBER, "id");
                    default -> reader.skipValue();
                }
            });
            comparison.token(added[0], added[1]);
        }
        reader.endArray();
    }

    private void merges() throws IOException {
        require(JsonToken.BEGIN_ARRAY, "merges");
        reader.beginArray();
        while (reader.hasNext()) {
            comparison.merge(reader.peek() == JsonToken.BEGIN_ARRAY ? pair() : next(JsonToken.STRING, "a merge"));
        }
        reader.endArray();
    }

    /** A merge as newer versions of the library write it. */
    private String pair() throws IOException {
        reader.beginArray();
        String first = next(JsonToken.STRING, "the first of a merge");
        String second = next(JsonToken.STRING, "the second of a merge");
        require(JsonToken.END_ARRAY, "what follows two tokens of a merge");
        reader.endArray();
        return first + " " + second;
    }

    private void fields(String what, Field field) throws IOException {
        require(JsonToken.BEGIN_OBJECT, what);
        reader.beginObject();
        while (reader.hasNext()) {
            field.read(reader.nextName());
        }
        reader.endObject();
    }

    private String next(JsonToken type, String what) throws IOException {
        require(type, what);
        return reader.nextString();
    }

    private void require(JsonToken type, String what) throws IOException {
        JsonToken found = reader.peek();
        if (found != type) {
            throw comparison.different(what + " is [" + found + "]", "[" + type + "]");
        }
    }
}
