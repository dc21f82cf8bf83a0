package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.Numerics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SufferedFaultTest {
    private static final RunRecord RUNNING = RunRecord.fresh(
            new RunRecord.Beginning("run", "tiny", 1, Map.of(), Optional.empty()), RunNumerics.begun(Numerics.STRICT));
    private static final List<SufferedFault> FAULTS = List.of(
            new SufferedFault("kill", "server", "server-2", "", 40, 3.5, 1),
            new SufferedFault("halt", "leader", "coordinator-1", "commit-send:before", 52, 9, 0));

    @TempDir
    private Path folder;

    @Test
    void faultsOfAFinishedRunStandInItsRecord() throws IOException {
        write(RUNNING.ended("abc"));
        RunFolder.suffered(folder, FAULTS);
        String text = Files.readString(folder.resolve("run.json"));
        assertEquals(FAULTS, RunRecordJson.read(text, "run.json").figures().faults());
        JsonArray faults = JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("faults");
        JsonObject first = faults.get(0).getAsJsonObject();
        assertEquals("kill", first.get("kind").getAsString());
        assertEquals(40, first.get("step").getAsInt());
        assertFalse(first.has("point"));
        assertEquals(
                "commit-send:before",
                faults.get(1).getAsJsonObject().get("point").getAsString());
    }

    @Test
    void aRunThatIsNotFinishedKeepsItsRecord() throws IOException {
        assertThrows(InvalidInputException.class, () -> RunFolder.suffered(folder, FAULTS));
        write(RUNNING);
        assertThrows(InvalidInputException.class, () -> RunFolder.suffered(folder, FAULTS));
        assertEquals(
                List.of(),
                RunRecordJson.read(Files.readString(folder.resolve("run.json")), "run.json")
                        .figures()
                        .faults());
    }

    private void write(RunRecord record) throws IOException {
        Files.writeString(folder.resolve("run.json"), RunRecordJson.write(record));
    }
}
