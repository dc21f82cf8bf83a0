package io.tinyclip.files;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Optional;

/** A line of a file of JSON objects, one a line, which may be torn or not ours. */
public final class JsonLine {
    private JsonLine() {}

    /** Empty for what is no JSON object. */
    public static Optional<JsonObject> read(String line) {
        try {
            return Optional.of(JsonParser.parseString(line))
                    .filter(JsonElement::isJsonObject)
                    .map(JsonElement::getAsJsonObject);
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }
}
