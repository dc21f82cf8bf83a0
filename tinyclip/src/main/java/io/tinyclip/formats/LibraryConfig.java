package io.tinyclip.formats;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.files.JsonFields;
import io.tinyclip.model.InvalidInputException;
import java.util.Optional;

/** A config of another library: a key that is missing, or null, has the library's default. */
record LibraryConfig(JsonFields fields) {
    /** Far above any CLIP's sizes. */
    static final int LARGEST = 1 << 20;

    /** Whether a key is there and not null. */
    boolean says(String key) {
        return find(key).isPresent();
    }

    /** The value of a key, if it is there and not null. */
    Optional<JsonElement> find(String key) {
        return Optional.ofNullable(fields.object().get(key)).filter(value -> !(value instanceof JsonNull));
    }

    /** A whole number of at least 1. */
    int size(String key, int otherwise) {
        return says(key) ? fields.count(key, 1, LARGEST) : otherwise;
    }

    String text(String key, String otherwise) {
        return says(key) ? fields.text(key) : otherwise;
    }

    boolean flag(String key, boolean otherwise) {
        Optional<JsonElement> value = find(key);
        if (value.isPresent() && !(value.get() instanceof JsonPrimitive primitive && primitive.isBoolean())) {
            throw invalid(key + " [" + value.get() + "] must be true or false");
        }
        return value.map(JsonElement::getAsBoolean).orElse(otherwise);
    }

    double number(String key, double otherwise) {
        Optional<JsonElement> value = find(key);
        if (value.isPresent() && !(value.get() instanceof JsonPrimitive primitive && primitive.isNumber())) {
            throw invalid(key + " [" + value.get() + "] must be a number");
        }
        return value.map(number -> Double.parseDouble(number.getAsString())).orElse(otherwise);
    }

    /** An object; an empty one where the key is not there. */
    LibraryConfig object(String key) {
        return new LibraryConfig(
                says(key) ? fields.object(key) : new JsonFields(new JsonObject(), fields.where() + " " + key));
    }

    /** Refuses a key whose value would change what the model computes. */
    void require(String key, String usual) {
        find(key).ifPresent(value -> {
            boolean text = value instanceof JsonPrimitive primitive && primitive.isString();
            String found = text ? value.getAsString() : value.toString();
            if (!found.equals(usual)) {
                throw invalid(key + " [" + found + "] is not supported; it must be " + usual);
            }
        });
    }

    /** The same for keys that must be false. */
    void requireFalse(String... keys) {
        for (String key : keys) {
            require(key, "false");
        }
    }

    /** The same for keys that must be missing, null or empty. */
    void requireNothing(String... keys) {
        for (String key : keys) {
            find(key).ifPresent(value -> {
                String found = value.toString();
                if (!found.equals("{}") && !found.equals("[]") && !found.equals("\"\"")) {
                    throw invalid(key + " [" + found + "] is not supported; it must be null");
                }
            });
        }
    }

    InvalidInputException invalid(String what) {
        return fields.invalid(what);
    }

    InvalidInputException invalid(String what, Throwable cause) {
        return fields.invalid(what, cause);
    }
}
