package io.tinyclip.files;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.model.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A JSON object read field by field. Whatever is missing, of the wrong type or out of bounds is an
 * {@link InvalidInputException} that names the place.
 *
 * @param where file, and path inside it
 */
public record JsonFields(JsonObject object, String where) {
    /** Refuses fields that nobody would read. */
    public JsonFields only(String... names) {
        Set<String> known = Set.of(names);
        for (String name : object.keySet()) {
            if (!known.contains(name)) {
                throw invalid("unknown field [" + name + "]; known are " + List.of(names));
            }
        }
        return this;
    }

    /** Whether there is such a field. */
    public boolean has(String name) {
        return object.has(name);
    }

    /** A whole number in [least, most]. */
    public long whole(String name, long least, long most) {
        return whole(required(name), name, least, most);
    }

    /** A whole number in [least, most], as an int. */
    public int count(String name, int least, int most) {
        return (int) whole(name, least, most);
    }

    /** A string. */
    public String text(String name) {
        JsonElement value = typed(name, JsonFields::isText, "a string");
        return value.getAsString();
    }

    /** An object. */
    public JsonFields object(String name) {
        JsonElement value = typed(name, JsonElement::isJsonObject, "an object");
        return new JsonFields(value.getAsJsonObject(), where + " " + name);
    }

    /** An array of objects. */
    public List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        for (JsonElement value : array(name)) {
            if (!value.isJsonObject()) {
                throw invalid(name + " [" + value + "] must be an array of objects");
            }
            objects.add(new JsonFields(value.getAsJsonObject(), where + " " + name + "." + objects.size()));
        }
        return objects;
    }

    /** An array of whole numbers, each in [0, most]. */
    public List<Long> wholes(String name, long most) {
        List<Long> numbers = new ArrayList<>();
        for (JsonElement value : array(name)) {
            numbers.add(whole(value, name, 0, most));
        }
        return numbers;
    }

    /** An array of numbers. */
    public List<Double> numbers(String name) {
        List<Double> numbers = new ArrayList<>();
        for (JsonElement value : array(name)) {
            if (!isNumber(value)) {
                throw invalid(name + " [" + value + "] must be a number");
            }
            numbers.add(Double.parseDouble(value.getAsString()));
        }
        return numbers;
    }

    /** The complaint about this object. */
    public InvalidInputException invalid(String what) {
        return new InvalidInputException(complaint(what));
    }

    /** The complaint about this object, with what led to it. */
    public InvalidInputException invalid(String what, Throwable cause) {
        return new InvalidInputException(complaint(what), cause);
    }

    private String complaint(String what) {
        return "[" + where + "]: " + what;
    }

    private JsonArray array(String name) {
        return typed(name, JsonElement::isJsonArray, "an array").getAsJsonArray();
    }

    private long whole(JsonElement value, String name, long least, long most) {
        try {
            if (isNumber(value)) {
                long number = Long.parseLong(value.getAsString());
                if (number >= least && number <= most) {
                    return number;
                }
            }
        } catch (NumberFormatException e) {
            throw invalid(notWhole(value, name, least, most), e);
        }
        throw invalid(notWhole(value, name, least, most));
    }

    private static String notWhole(JsonElement value, String name, long least, long most) {
        return name + " [" + value + "] must be a whole number from " + least + " to " + most;
    }

    private JsonElement typed(String name, Predicate<JsonElement> test, String type) {
        JsonElement value = required(name);
        if (!test.test(value)) {
            throw invalid(name + " [" + value + "] must be " + type);
        }
        return value;
    }

    private JsonElement required(String name) {
        if (!object.has(name)) {
            throw invalid("field [" + name + "] is missing");
        }
        return object.get(name);
    }

    private static boolean isNumber(JsonElement value) {
        return value instanceof JsonPrimitive primitive && primitive.isNumber();
    }

    private static boolean isText(JsonElement value) {
        return value instanceof JsonPrimitive primitive && primitive.isString();
    }
}
