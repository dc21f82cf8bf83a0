package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.machine.TorchEngine;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.model.Counts;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TokenTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs whose students have a token table that is a product. */
final class FactorisedRunTest {
    private static final String STAGES = "[{token-rank=6,distill-steps=2},{keep=0.5,inherit-steps=4,distill-steps=2}]";

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void trainATeacher() {
        train(Training.Command.PRETRAIN, new FakeEngine(), shared.resolve("teacher"), Map.of());
    }

    @Test
    void theProductIsTrainedAndCutWhoeverComputes() throws IOException {
        train(Training.Command.RUN, new TorchEngine(), folder.resolve("alone"), Map.of("tinyclip.stages", STAGES));
        Map<String, String> more =
                new HashMap<>(Map.of("tinyclip.stages", STAGES, "tinyclip.workers", "2", "tinyclip.servers", "3"));
        train(Training.Command.RUN, new TorchEngine(), folder.resolve("together"), more);
        assertEquals(digest("alone"), digest("together"));
        Model factorised = ModelFolder.read(folder.resolve("alone/model-100"));
        Model cut = ModelFolder.read(folder.resolve("alone/model"));
        assertEquals(6, factorised.shape().text().tokenRank());
        assertEquals(6, cut.shape().text().tokenRank());
        JsonArray stages = record("alone").getAsJsonArray("stages");
        requireCountedAsItIs(factorised.shape(), stages.get(0).getAsJsonObject());
        assertEquals(
                49_408 * 16,
                stages.get(0)
                        .getAsJsonObject()
                        .getAsJsonObject("padded")
                        .get("tokenEmbedding")
                        .getAsLong(),
                "other formats hold it multiplied out");
        requireCountedAsItIs(cut.shape(), stages.get(1).getAsJsonObject());
        assertTrue(Files.size(folder.resolve("alone/model/model.safetensors")) < 49_408L * 16 * Float.BYTES / 2);
    }

    /** Rows that training never meets are the teacher's, as near as the basis allows: nothing is trained to speak of here. */
    @Test
    void rowsOfTokensThatNoTextHasAreNearTheTeachers() {
        Map<String, String> still = Map.of(
                "tinyclip.stages", "[{token-rank=15,distill-steps=1}]",
                "tinyclip.optimizer.rate", "1.0e-9");
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("still"), still);
        Model teacher = ModelFolder.read(shared.resolve("teacher/model"));
        Model student = ModelFolder.read(folder.resolve("still/model"));
        float[] before = TokenTable.of(teacher.layout(), teacher.vector()).whole();
        float[] after = TokenTable.of(student.layout(), student.vector()).whole();
        double lost = 0;
        double all = 0;
        for (int i = 0; i < before.length; i++) {
            lost += (double) (before[i] - after[i]) * (before[i] - after[i]);
            all += (double) before[i] * before[i];
        }
        assertTrue(all > 0 && lost < 0.1 * all, lost + " of " + all + " is lost with one of 16 directions");
    }

    @Test
    void aStudentOfAProductIsTrainedOnAndFactorisedFurther() throws IOException {
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("first"), Map.of("tinyclip.stages", STAGES));
        Map<String, String> on = new HashMap<>(Map.of(
                "tinyclip.start.image", folder.resolve("first/model").toString(),
                "tinyclip.start.text", folder.resolve("first/model").toString(),
                "tinyclip.stages", "[{distill-steps=1},{token-rank=2,distill-steps=2}]"));
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("on"), on);
        assertEquals(
                2, ModelFolder.read(folder.resolve("on/model")).shape().text().tokenRank());
        on.put("tinyclip.stages", "[{token-rank=6,distill-steps=2}]");
        Path refused = folder.resolve("refused");
        String message = assertThrows(
                        InvalidInputException.class, () -> train(Training.Command.RUN, new FakeEngine(), refused, on))
                .getMessage();
        assertTrue(message.contains("must be below the rank [6] that the token table has already"), message);
        assertTrue(Files.notExists(refused.resolve("effective.conf")), "before any work");
    }

    /** From a checkpoint of a product, to the digest of a run that had all stages from the first. */
    @Test
    void aRunOfAProductGoesOnFromItsCheckpoint() throws IOException {
        String longer = STAGES.replace("]", ",{token-rank=3,distill-steps=1}]");
        for (String stages : List.of(STAGES, longer)) {
            train(Training.Command.RUN, new FakeEngine(), folder.resolve("on"), Map.of("tinyclip.stages", stages));
        }
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("whole"), Map.of("tinyclip.stages", longer));
        assertEquals(digest("whole"), digest("on"));
        assertEquals(
                3, ModelFolder.read(folder.resolve("on/model")).shape().text().tokenRank());
    }

    @Test
    void aModelOfAProductTeaches() throws IOException {
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("first"), Map.of("tinyclip.stages", STAGES));
        Map<String, String> taught = Map.of(
                "tinyclip.teacher",
                folder.resolve("first/model-100").toString(),
                "tinyclip.stages",
                "[{keep=0.5,inherit-steps=4,distill-steps=2}]");
        train(Training.Command.RUN, new TorchEngine(), folder.resolve("taught"), taught);
        assertEquals(
                6,
                ModelFolder.read(folder.resolve("taught/model")).shape().text().tokenRank());
    }

    private static void requireCountedAsItIs(ModelShape shape, JsonObject told) {
        long width = shape.text().width();
        assertEquals(
                49_408 * 6 + 6 * width,
                told.getAsJsonObject("params").get("tokenEmbedding").getAsLong());
        assertEquals(Counts.of(shape).macs(), told.get("macs").getAsLong());
    }

    private JsonObject record(String run) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve(run).resolve("run.json")))
                .getAsJsonObject();
    }

    private String digest(String run) throws IOException {
        return record(run).get("digest").getAsString();
    }

    private static void train(Training.Command command, Engine engine, Path target, Map<String, String> overrides) {
        SmallRun.trains(command, engine, shared, target, overrides);
    }
}
