package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.engine.Capabilities;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.kernel.Precision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With sizes that measure nothing: that every figure stands beside its limit, and that the bytes are the formula's. */
class BenchCommandTest {
    private final CommandRun commands = CommandRun.withoutBar();

    @Test
    void jsonHoldsEveryFigureBesideItsLimit() {
        assertEquals(
                ExitCode.DONE,
                commands.execute("bench", "--tiny", "--json", "--only", "memory,kernels"),
                commands.err());
        JsonObject json = JsonParser.parseString(commands.out()).getAsJsonObject();
        assertTrue(json.get("threads").getAsInt() > 0);
        List<JsonElement> figures = json.getAsJsonArray("figures").asList();
        assertEquals(
                List.of(
                        "reduction",
                        "AdamW",
                        "Muon for layers",
                        "step of the small model, 8 pairs, fp32",
                        "step of the small model, 8 pairs, bf16"),
                figures.stream().map(it -> string(it, "name")).toList());
        for (JsonElement figure : figures) {
            double value = figure.getAsJsonObject().get("value").getAsDouble();
            JsonObject limit = figure.getAsJsonObject().getAsJsonObject("limit");
            assertTrue(value > 0 && limit.get("value").getAsDouble() > 0, figure.toString());
            assertEquals(
                    value / limit.get("value").getAsDouble(),
                    figure.getAsJsonObject().get("share").getAsDouble());
        }
    }

    @Test
    void printsTheMachinesOwnLimitsAndItsInstructions() {
        assertEquals(ExitCode.DONE, commands.execute("bench", "--tiny", "--json", "--only", "machine"), commands.err());
        JsonObject json = JsonParser.parseString(commands.out()).getAsJsonObject();
        Capabilities here = Capabilities.of(ComputeDevice.CPU);
        assertEquals(here.told(), json.get("instructions").getAsString());
        assertEquals(Precision.fitting(here).word(), json.get("precision").getAsString());
        List<String> names = new ArrayList<>();
        for (JsonElement figure : json.getAsJsonArray("figures")) {
            assertTrue(figure.getAsJsonObject().get("value").getAsDouble() > 0, figure.toString());
            names.add(string(figure, "name"));
        }
        for (String limit : List.of("products of 64 x 64, ", "fp32", "bf16", "memory, one thread", "decoding a JPEG")) {
            assertTrue(names.stream().anyMatch(name -> name.contains(limit)), limit + " in " + names);
        }
        assertEquals(6, names.size());
    }

    @Test
    void beginsWithTheProcessorsInstructions() {
        assertEquals(ExitCode.DONE, commands.execute("bench", "--tiny", "--only", "machine"), commands.err());
        String first = commands.out().lines().findFirst().orElseThrow();
        assertTrue(
                first.contains(
                        "instructions " + Capabilities.of(ComputeDevice.CPU).told()),
                first);
        assertTrue(first.contains("tinyclip.precision=auto is "), first);
    }

    @Test
    void bytesOfARunOverSeveralDataPlanesAreTheFormulas() {
        assertEquals(ExitCode.DONE, commands.execute("bench", "--tiny", "--json", "--only", "bytes"), commands.err());
        List<JsonElement> figures = JsonParser.parseString(commands.out())
                .getAsJsonObject()
                .getAsJsonArray("figures")
                .asList();
        assertEquals(3, figures.size());
        figures.forEach(figure -> assertTrue(figure.getAsJsonObject().get("met").getAsBoolean(), figure.toString()));
    }

    @Test
    void refusesAPartThatIsNotThere() {
        assertEquals(ExitCode.WRONG_USE, commands.execute("bench", "--only", "everything"));
        assertTrue(commands.err().contains("everything"), commands.err());
        assertFalse(commands.err().contains("\tat "), commands.err());
    }

    private static String string(JsonElement figure, String key) {
        return figure.getAsJsonObject().get(key).getAsString();
    }
}
