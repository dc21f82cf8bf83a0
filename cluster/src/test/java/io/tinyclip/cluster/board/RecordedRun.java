package io.tinyclip.cluster.board;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A run folder as a run leaves it, with whatever a test wants in it. */
final class RecordedRun {
    private static final String STEP = "{\"stage\":0,\"phase\":\"%s\",\"step\":%d,\"loss\":%s,\"kl\":0.5,"
            + "\"sparsityTarget\":0.25,\"rate\":1e-4,\"gradNorm\":3.5,\"pairsPerSecond\":100,\"seconds\":0.5}\n";
    private static final String MASKS = "{\"steps\":%d,\"stage\":0,\"phase\":\"inherit\",\"step\":%d,\"towers\":["
            + "{\"tower\":\"image\",\"widthSize\":64,\"width\":[1,0.5],\"layers\":["
            + "{\"heads\":[1,0.75,0,1],\"neuronSize\":256,\"neurons\":[1,0.9,0.1]},"
            + "{\"heads\":[1,1],\"neuronSize\":256,\"neurons\":[1,1]}]},"
            + "{\"tower\":\"text\",\"widthSize\":64,\"width\":[1],\"layers\":["
            + "{\"heads\":[0.5,0.5,1],\"neuronSize\":128,\"neurons\":[0.2]}]}]}\n";
    private static final String EVENT =
            "{\"steps\":%d,\"stage\":0,\"phase\":\"inherit\",\"step\":%d,\"time\":1700000000000,\"event\":\"%s\",\"text\":\"%s\"}\n";

    private RecordedRun() {}

    /** Of so many steps, the second half of them after the cut. */
    static Path write(Path folder, int steps, boolean finished) throws IOException {
        Files.createDirectories(folder);
        String lines = IntStream.range(0, steps)
                .mapToObj(step -> String.format(
                        Locale.ROOT,
                        STEP,
                        step < steps / 2 ? "inherit" : "distill",
                        step < steps / 2 ? step : step - steps / 2,
                        step))
                .collect(Collectors.joining());
        Files.writeString(folder.resolve("metrics.jsonl"), lines);
        Files.writeString(folder.resolve("masks.jsonl"), MASKS.formatted(0, 0) + MASKS.formatted(1, 1));
        Files.writeString(
                folder.resolve("events.jsonl"),
                EVENT.formatted(0, 0, "joined", "10.0.0.7:25520 takes part as worker")
                        + EVENT.formatted(3, 3, "died", "10.0.0.7:25520 is gone <b>&"));
        Files.writeString(
                folder.resolve("run.json"),
                "{\"command\":\"run\",\"name\":\"x\",\"finished\":" + finished + ",\"seconds\":12.5,"
                        + "\"digest\":\"0123456789abcdef0123456789abcdef\",\"settings\":{\"tinyclip\":{\"stages\":["
                        + "{\"keep\":0.75,\"inherit-steps\":" + steps / 2 + ",\"distill-steps\":" + (steps - steps / 2)
                        + "}]}},\"stages\":[{\"keep\":0.75,\"params\":{\"image\":1000000,\"text\":500000,\"tokenEmbedding\":3000000},"
                        + "\"macs\":2000000,\"metrics\":{\"r@1\":0.25},\"sparsity\":0.24,\"seconds\":9}]}");
        return folder;
    }

    /** Has run.json say something else, too. */
    static void record(Path run, String key, String json) throws IOException {
        Path file = run.resolve("run.json");
        JsonObject record = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        record.add(key, JsonParser.parseString(json));
        Files.writeString(file, record.toString());
    }

    /** Behind each line of so many one that says what was judged after that step. */
    static void judge(Path run, int every) throws IOException {
        Path metrics = run.resolve("metrics.jsonl");
        StringBuilder text = new StringBuilder();
        int step = 0;
        for (String line : Files.readAllLines(metrics)) {
            text.append(line).append('\n');
            step++;
            if (step % every == 0) {
                text.append("{\"stage\":0,\"phase\":\"distill\",\"step\":0,\"judged\":{\"ten <b>.acc1\":0.")
                        .append(step)
                        .append("},\"notJudged\":{\"other\":\"gone\"},\"seconds\":1000,\"computing\":7.5}\n");
            }
        }
        Files.writeString(metrics, text.toString());
    }
}
