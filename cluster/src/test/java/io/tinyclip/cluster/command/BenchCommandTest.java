package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.machine.TorchEngine;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With sizes that measure nothing: that every figure stands beside its limit, and that the bytes are the formula's. */
class BenchCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void jsonHoldsEveryFigureBesideItsLimit() {
        assertEquals(ExitCode.DONE, execute("bench", "--tiny", "--json", "--only", "memory,kernels"), text(err));
        JsonObject json = JsonParser.parseString(text(out)).getAsJsonObject();
        assertTrue(json.get("threads").getAsInt() > 0);
        List<JsonElement> figures = json.getAsJsonArray("figures").asList();
        assertEquals(
                List.of("reduction", "AdamW", "step of the small model, 8 pairs"),
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
    void bytesOfARunOverSeveralDataPlanesAreTheFormulas() {
        assertEquals(ExitCode.DONE, execute("bench", "--tiny", "--json", "--only", "bytes"), text(err));
        List<JsonElement> figures = JsonParser.parseString(text(out))
                .getAsJsonObject()
                .getAsJsonArray("figures")
                .asList();
        assertEquals(3, figures.size());
        figures.forEach(figure -> assertTrue(figure.getAsJsonObject().get("met").getAsBoolean(), figure.toString()));
    }

    @Test
    void refusesAPartThatIsNotThere() {
        assertEquals(ExitCode.WRONG_USE, execute("bench", "--only", "everything"));
        assertTrue(text(err).contains("everything"), text(err));
        assertFalse(text(err).contains("\tat "), text(err));
    }

    private static String string(JsonElement figure, String key) {
        return figure.getAsJsonObject().get(key).getAsString();
    }

    private int execute(String... arguments) {
        Tools tools = new Tools(
                TorchEngine::new,
                () -> {
                    throw new AssertionError("a benchmark has no bar to redraw");
                },
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return CommandLineTool.execute(tools, arguments);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
