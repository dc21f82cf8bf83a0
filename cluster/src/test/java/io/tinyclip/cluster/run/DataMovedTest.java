package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.input.PairTar;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run goes on with the content that it began with, wherever that lies now, and with no other. */
final class DataMovedTest {
    private static final String TRAIN = "tinyclip.data.train";
    private static final String EVALUATE = "tinyclip.data.evaluate";
    private static final String TEACHER = "tinyclip.teacher";
    private static final String START = "tinyclip.start.image";
    private static final String FURTHER = "tinyclip.further-teachers";
    /** Gradients after which the machine that begins the run breaks; it has a checkpoint by then. */
    private static final int ENOUGH = 17;

    @TempDir
    private static Path shared;

    private static Map<String, String> places;
    private static String digest;

    @TempDir
    private Path folder;

    @BeforeAll
    static void trainUndisturbed() throws IOException {
        Path teacher = shared.resolve("teacher");
        Path tar = PairTar.write(shared.resolve("pairs.tar"), 0, 20);
        places = Map.of(TRAIN, tar.toString(), EVALUATE, tar.toString());
        train(Training.Command.PRETRAIN, new FakeEngine(), teacher, places);
        places = Map.of(
                TRAIN,
                tar.toString(),
                EVALUATE,
                tar.toString(),
                TEACHER,
                teacher.resolve("model").toString(),
                START,
                teacher.resolve("model").toString(),
                FURTHER,
                "[{model=\"" + teacher.resolve("model") + "\"}]");
        train(Training.Command.RUN, new FakeEngine(), shared.resolve("whole"), places);
        digest = record(shared.resolve("whole")).get("digest").getAsString();
    }

    @Test
    void goesOnWhereverEachInputLies() throws IOException {
        begin();
        Path moved = Files.createDirectories(folder.resolve("m"));
        copy(shared.resolve("teacher/model"), moved.resolve("model"));
        Files.copy(shared.resolve("pairs.tar"), moved.resolve("others.tar"));
        Map<String, String> now = new LinkedHashMap<>();
        places.forEach((key, place) -> now.put(
                key,
                place.replace(
                                shared.resolve("pairs.tar").toString(),
                                moved.resolve("others.tar").toString())
                        .replace(shared.resolve("teacher").toString(), moved.toString())));
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("run"), now);
        JsonObject record = record(folder.resolve("run"));
        assertTrue(record.get("finished").getAsBoolean());
        assertEquals(digest, record.get("digest").getAsString());
    }

    @Test
    void refusesOtherContentOfEachInput() throws IOException {
        begin();
        Path tar = PairTar.write(folder.resolve("pairs.tar"), 1, 20);
        for (String key : List.of(TRAIN, EVALUATE)) {
            assertTrue(refusal(key, tar.toString()).startsWith("what " + key + " points at has changed"));
        }
        Path other = folder.resolve("other");
        Map<String, String> seed = new LinkedHashMap<>(places);
        seed.put("tinyclip.seed", "2");
        train(Training.Command.PRETRAIN, new FakeEngine(), other, seed);
        String model = other.resolve("model").toString();
        assertTrue(refusal(TEACHER, model).startsWith("what tinyclip.teacher points at has changed"));
        assertTrue(refusal(START, model).startsWith("what tinyclip.start points at has changed"));
        assertTrue(refusal(FURTHER, "[{model=\"" + model + "\"}]")
                .startsWith("what tinyclip.further-teachers 1 points at has changed"));
    }

    @Test
    void refusesToDoOtherThingsWithTheInputs() throws IOException {
        begin();
        String begun = "was begun with other settings: ";
        assertTrue(refusal(START, "random").contains(begun + START + ": (by content) -> random"));
        assertTrue(refusal(FURTHER, "[]").contains(begun + FURTHER));
        String model = shared.resolve("teacher/model").toString();
        assertTrue(refusal(FURTHER, "[{model=\"" + model + "\",weight=2}]").contains(begun + FURTHER));
        assertTrue(refusal(EVALUATE, "icons:unseen").startsWith("what tinyclip.data.evaluate points at has changed"));
    }

    @Test
    void aRunThatKnowsItsPairsByTheFirstHashGoesOnAndKeepsIt() throws IOException {
        begin();
        String first = PairTar.firstHash(shared.resolve("pairs.tar"), 0, 20);
        change(json -> json.getAsJsonObject("inputs").addProperty(TRAIN, first));
        Map<String, String> now = new LinkedHashMap<>(places);
        now.put(TRAIN, shared.resolve("./pairs.tar").toString());
        train(Training.Command.RUN, new FakeEngine(), folder.resolve("run"), now);
        JsonObject record = record(folder.resolve("run"));
        assertEquals(digest, record.get("digest").getAsString());
        assertEquals(first, record.getAsJsonObject("inputs").get(TRAIN).getAsString());
    }

    @Test
    void whatTheRecordHasNoHashOfIsStillComparedByItsPlace() throws IOException {
        begin();
        change(json -> json.getAsJsonObject("inputs").remove(EVALUATE));
        Path tar = PairTar.write(folder.resolve("pairs.tar"), 0, 20);
        assertTrue(refusal(EVALUATE, tar.toString()).contains("was begun with other settings: " + EVALUATE));
    }

    private void begin() {
        assertThrows(
                RuntimeException.class,
                () -> train(Training.Command.RUN, new FakeEngine(ENOUGH), folder.resolve("run"), places));
    }

    private String refusal(String key, String value) {
        Map<String, String> now = new LinkedHashMap<>(places);
        now.put(key, value);
        return assertThrows(
                        InvalidInputException.class,
                        () -> train(Training.Command.RUN, new FakeEngine(), folder.resolve("run"), now))
                .getMessage();
    }

    private void change(Consumer<JsonObject> change) throws IOException {
        Path file = folder.resolve("run/run.json");
        JsonObject json = record(folder.resolve("run"));
        change.accept(json);
        Files.writeString(file, json.toString());
    }

    private static void train(Training.Command command, FakeEngine engine, Path target, Map<String, String> overrides) {
        Map<String, String> all = SmallRun.settings(target, shared.resolve("cache"));
        all.put("tinyclip.stages", "[{keep=0.5,inherit-steps=4,distill-steps=3}]");
        all.put("tinyclip.mask.rate", "2.5");
        all.put("tinyclip.checkpoint.steps", "2");
        all.put("tinyclip.pretrain.steps", "3");
        all.putAll(overrides);
        SmallRun.finishes(command, all, engine);
    }

    private static JsonObject record(Path run) throws IOException {
        return JsonParser.parseString(Files.readString(run.resolve("run.json"))).getAsJsonObject();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
