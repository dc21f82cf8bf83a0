package io.tinyclip.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.model.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NumericClassTest {
    private final NumericClass ours = of(Map.of("jdk", "17", "processor", "one"), Map.of("jpeg", "a", "svg", "b"));

    @Test
    void equalAnswersAreTheSameClassWhateverThePartsSay() {
        NumericClass other = of(Map.of("jdk", "21"), Map.of("svg", "b", "jpeg", "a"));
        assertEquals(Optional.empty(), ours.difference(other));
        assertTrue(ours.isNamedBy(other.name()));
    }

    @Test
    void aDifferenceNamesBothFingerprintsTheAnswersAndThePartsInOneLine() {
        NumericClass other = of(Map.of("jdk", "21", "processor", "one", "MKL_CBWR", "AVX2"), Map.of("jpeg", "c"));
        assertEquals(
                "numeric class [" + other.fingerprint() + "] differs from the run's [" + ours.fingerprint()
                        + "] in jpeg, svg (MKL_CBWR [AVX2] instead of [not set], jdk [21] instead of [17])",
                ours.difference(other).orElseThrow());
        assertFalse(ours.isNamedBy(other.name()));
    }

    @Test
    void aDifferenceOfEqualPartsSaysSo() {
        NumericClass other = of(ours.parts(), Map.of("jpeg", "a", "svg", "c"));
        assertTrue(ours.difference(other).orElseThrow().endsWith("in svg (of equal parts)"));
    }

    @Test
    void nameHasThePartsInTheirOrderAndEndsInTheFingerprint() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("engine", "some 1");
        parts.put("device", "cpu");
        NumericClass named = of(parts, Map.of("svg", "b"));
        assertEquals("engine some 1; device cpu; fingerprint " + named.fingerprint(), named.name());
        assertFalse(named.isNamedBy("engine some 1; device cpu"));
    }

    @Test
    void comesBackFromJson() {
        assertEquals(
                ours,
                NumericClass.fromJson(
                        JsonParser.parseString(ours.toJson().toString()).getAsJsonObject()));
    }

    @Test
    void refusesJsonThatIsNoClassOrTooLarge() {
        String name = "x".repeat(NumericClass.LONGEST_TEXT + 1);
        JsonObject crowded = ours.toJson();
        for (int i = 0; i <= NumericClass.MOST_ENTRIES; i++) {
            crowded.getAsJsonObject("parts").addProperty("part " + i, "");
        }
        refuses("{}");
        refuses("{\"parts\":{},\"answers\":{}}");
        refuses("{\"parts\":[],\"answers\":{\"svg\":\"b\"}}");
        refuses("{\"parts\":{},\"answers\":{\"svg\":[]}}");
        refuses("{\"parts\":{\"" + name + "\":\"\"},\"answers\":{\"svg\":\"b\"}}");
        refuses(crowded.toString());
    }

    private static void refuses(String json) {
        JsonObject parsed = JsonParser.parseString(json).getAsJsonObject();
        assertThrows(InvalidInputException.class, () -> NumericClass.fromJson(parsed));
    }

    private static NumericClass of(Map<String, String> parts, Map<String, String> answers) {
        return new NumericClass(parts, answers);
    }
}
