package io.tinyclip.numeric;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyclip.hash.Sha256;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What must be equal for two processes to compute the same bits. The answers decide; the parts say what they probably
 * depend on, so that a refusal can name it.
 *
 * @param parts by name, in the order in which they are shown: engine, JDK, processor ...
 * @param answers to {@link Probe}, by name
 */
public record NumericClass(Map<String, String> parts, Map<String, String> answers) {
    /** Parts, and answers, of a class at most. */
    public static final int MOST_ENTRIES = 64;

    /** Characters of a name or a value at most. */
    public static final int LONGEST_TEXT = 1024;

    /** The part that is also read by the program: see {@link #precision}. */
    public static final String PRECISION = "precision";

    private static final int FINGERPRINT_DIGITS = 12;
    private static final String FINGERPRINT = "fingerprint ";
    private static final String ABSENT = "not set";

    /** @throws IllegalArgumentException if there is more of it than its bounds allow, or no answer */
    public NumericClass {
        requireBounds(parts);
        requireBounds(answers);
        if (answers.isEmpty()) {
            throw new IllegalArgumentException("a numeric class without answers equals every other");
        }
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
    }

    private static void requireBounds(Map<String, String> entries) {
        if (entries.size() > MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    "a numeric class has [" + entries.size() + "] entries of a kind, at most " + MOST_ENTRIES);
        }
        entries.forEach((name, value) -> {
            if (Math.max(name.length(), value.length()) > LONGEST_TEXT) {
                throw new IllegalArgumentException(
                        "a numeric class has an entry of [" + value.length() + "] characters, at most " + LONGEST_TEXT);
            }
        });
    }

    /** In which numbers the answers were computed; empty for a class that does not say. */
    public Optional<Precision> precision() {
        return Optional.ofNullable(parts.get(PRECISION)).flatMap(Precision::named);
    }

    /** A short hash of the answers, whatever the order in which they came. */
    public String fingerprint() {
        String text = new TreeSet<>(answers.keySet())
                .stream().map(name -> name + "=" + answers.get(name) + "\n").collect(Collectors.joining());
        return Sha256.hex(text.getBytes(StandardCharsets.UTF_8)).substring(0, FINGERPRINT_DIGITS);
    }

    /** The class in one line, as run.json has it: the parts, and the fingerprint last. */
    public String name() {
        String all = parts.entrySet().stream()
                .map(part -> part.getKey() + " " + part.getValue() + "; ")
                .collect(Collectors.joining());
        return all + FINGERPRINT + fingerprint();
    }

    /** Whether a {@link #name} is that of a class with the same answers. One from before there were answers is not. */
    public boolean isNamedBy(String name) {
        return name.endsWith(FINGERPRINT + fingerprint());
    }

    /**
     * In what another class differs from this one, which is the run's.
     *
     * @return one line; empty where all answers are equal, whatever the parts say
     */
    public Optional<String> difference(NumericClass other) {
        List<String> unlike = unlike(answers, other.answers).stream().toList();
        if (unlike.isEmpty()) {
            return Optional.empty();
        }
        String causes = unlike(parts, other.parts).stream()
                .map(part -> part + " [" + other.parts.getOrDefault(part, ABSENT) + "] instead of ["
                        + parts.getOrDefault(part, ABSENT) + "]")
                .collect(Collectors.joining(", "));
        return Optional.of("numeric class [" + other.fingerprint() + "] differs from the run's [" + fingerprint()
                + "] in " + String.join(", ", unlike) + " (" + (causes.isEmpty() ? "of equal parts" : causes) + ")");
    }

    private static Set<String> unlike(Map<String, String> ours, Map<String, String> theirs) {
        Set<String> names = new TreeSet<>(ours.keySet());
        names.addAll(theirs.keySet());
        names.removeIf(name -> ours.containsKey(name) && ours.get(name).equals(theirs.get(name)));
        return names;
    }

    /** For the wire and for run.json. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.add("parts", object(parts));
        json.add("answers", object(answers));
        return json;
    }

    /**
     * What {@link #toJson} wrote.
     *
     * @throws InvalidInputException if it is no such thing or exceeds the bounds
     */
    public static NumericClass fromJson(JsonObject json) {
        try {
            return new NumericClass(entries(json.get("parts")), entries(json.get("answers")));
        } catch (RuntimeException e) { // the library answers other types with several of them
            throw new InvalidInputException(
                    "cannot understand a numeric class (" + e.getMessage() + "); another version wrote it", e);
        }
    }

    private static JsonObject object(Map<String, String> entries) {
        JsonObject json = new JsonObject();
        entries.forEach(json::addProperty);
        return json;
    }

    private static Map<String, String> entries(JsonElement json) {
        Map<String, String> entries = new LinkedHashMap<>();
        json.getAsJsonObject()
                .entrySet()
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue().getAsString()));
        return entries;
    }
}
