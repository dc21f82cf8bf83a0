package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts/compare reads: each round with its times, and a result that is the same in all of them. */
class RepeatCommandTest {
    private static final String[] STEP = {
        "step", "--shape", "small", "--precision", "fp32", "--batch", "8", "--partitions", "2"
    };

    private final CommandRun commands = CommandRun.withoutBar();

    @TempDir
    private Path folder;

    @Test
    void aStepHasTheSameLossInEveryRoundAndHoweverItIsCut() {
        double whole =
                result(2, "step", "--shape", "small", "--precision", "fp32", "--batch", "8", "--partitions", "1");
        commands.forgetOut();
        double cut = result(2, "step", "--shape", "small", "--precision", "fp32", "--batch", "8", "--partitions", "4");
        assertEquals(whole, cut, 1e-5 * whole);
        assertTrue(JsonParser.parseString(commands.out())
                        .getAsJsonObject()
                        .get("tokens")
                        .getAsInt()
                > 10);
    }

    /** Random features of unit length are alike to all others: little above the logarithm of their number. */
    @Test
    void theLossIsThatOfSoManyPairs() {
        double loss = result(1, "loss", "--pairs", "64", "--partitions", "2");
        assertTrue(loss > Math.log(64) && loss < 2 * Math.log(64), "loss " + loss);
    }

    @Test
    void picturesAreDecodedCutAndMadeAsLargeAsTheModelTakesThem() throws Exception {
        BufferedImage grey = new BufferedImage(300, 280, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 300 * 280; i++) {
            grey.setRGB(i % 300, i / 300, 0x808080);
        }
        ImageIO.write(grey, "jpg", folder.resolve("grey.jpg").toFile());
        assertEquals(128, result(1, "pictures", "--folder", folder.toString()), 1);
    }

    /** Arrays that are copied, as to a GPU, and a teacher that is asked each time, are other ways to the same bits. */
    @Test
    void aStepHasTheSameLossWhereverItsArraysLieAndWheneverTheTeacherIsAsked() {
        double inPlace = result(1, STEP);
        commands.forgetOut();
        assertEquals(inPlace, result(1, with(STEP, "--device", "copying")));
        commands.forgetOut();
        assertEquals(inPlace, result(1, with(STEP, "--teacher", "asked")));
    }

    /** By as many threads as a run takes, and with pairs that are loaded ahead. */
    @Test
    void bothWaysToTeachAreMeasuredByOneProcessAndEachTellsWhenItsRoundsEnded() {
        double begun = System.currentTimeMillis() / 1e3;
        JsonObject json =
                json(with(STEP, "--teacher", "both", "--threads", "0", "--device", "copying", "--rounds", "2"));
        double ended = json.get("endedAt").getAsDouble();
        double askedEnded = json.get("askedEndedAt").getAsDouble();
        assertTrue(begun < ended && ended < askedEnded, json.toString());
        assertTrue(askedEnded <= System.currentTimeMillis() / 1e3, json.toString());
        assertEquals(2, json.getAsJsonArray("rounds").size());
        assertEquals(results(json, "rounds"), results(json, "askedRounds"));
        assertTrue(json.get("askedHostBytes").getAsLong() > 0, json.toString());
        assertEquals(
                Runtime.getRuntime().availableProcessors(), json.get("threads").getAsInt());
    }

    @Test
    void refusesThreadsOutsideTheirBounds() {
        for (String threads : List.of("-1", "1025")) {
            assertEquals(ExitCode.WRONG_USE, commands.execute("repeat", "pictures", "--threads", threads));
            assertTrue(commands.err().contains("--threads [" + threads + "] must be 1 to 1024, or 0"), commands.err());
        }
    }

    @Test
    void aStepTellsItsOperationsAndAWholeOneWhatOfItIsKernels() {
        double begun = System.currentTimeMillis() / 1e3;
        JsonObject json = json(with(STEP, "--whole", "--rounds", "2"));
        assertTrue(json.get("endedAt").getAsDouble() > begun, json.toString());
        JsonObject operations = json.getAsJsonObject("forwardOperations");
        assertTrue(operations.get("student").getAsDouble() > 1e8, json.toString());
        assertEquals(
                operations.get("student").getAsDouble(),
                operations.get("teacher").getAsDouble());
        assertEquals(2, json.getAsJsonArray("rounds").size());
        for (JsonElement round : json.getAsJsonArray("rounds")) {
            double kernels = round.getAsJsonObject().get("kernelSeconds").getAsDouble();
            assertTrue(
                    kernels > 0
                            && kernels < round.getAsJsonObject().get("seconds").getAsDouble(),
                    json.toString());
        }
    }

    @Test
    void theProbeAnswersAlikeWhereArraysAreCopied() {
        JsonObject inPlace = json("probe", "--precision", "fp32");
        commands.forgetOut();
        assertEquals(
                inPlace.get("answers"),
                json("probe", "--precision", "fp32", "--device", "copying").get("answers"));
    }

    @Test
    void picturesAreMadeWhereNoFolderIsNamed() {
        JsonObject json = json("pictures", "--threads", "1", "--rounds", "1");
        assertEquals(64, json.get("pictures").getAsInt());
    }

    @Test
    void anUnknownDeviceIsRefusedInOneLine() {
        assertEquals(ExitCode.WRONG_USE, commands.execute("repeat", "kernels", "--device", "tpu"));
        assertTrue(commands.err().contains("--device [tpu] must be cpu, cuda:N or copying"), commands.err());
        assertEquals(1, commands.err().lines().count(), commands.err());
    }

    @Test
    void anUnknownShapeIsRefusedInOneLine() {
        assertEquals(
                ExitCode.WRONG_USE,
                commands.execute(
                        "repeat",
                        "step",
                        "--shape",
                        "big",
                        "--precision",
                        "fp32",
                        "--batch",
                        "8",
                        "--partitions",
                        "2"));
        assertTrue(commands.err().contains("shape [big] must be small, 40m or l14"), commands.err());
        assertEquals(1, commands.err().lines().count(), commands.err());
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
    }

    private JsonObject json(String... words) {
        assertEquals(ExitCode.DONE, commands.execute(with(new String[] {"repeat"}, words)), commands.err());
        return JsonParser.parseString(commands.out()).getAsJsonObject();
    }

    @Test
    void helpDoesNotOfferIt() {
        assertEquals(ExitCode.DONE, commands.execute("--help"));
        assertFalse(commands.out().contains("for scripts/compare"), commands.out());
    }

    private double result(int rounds, String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "repeat";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--rounds";
        all[words.length + 2] = String.valueOf(rounds);
        assertEquals(ExitCode.DONE, commands.execute(all), commands.err());
        JsonObject json = JsonParser.parseString(commands.out()).getAsJsonObject();
        assertEquals(rounds, json.getAsJsonArray("rounds").size());
        Set<Double> results = results(json, "rounds");
        assertEquals(1, results.size(), results.toString());
        return results.iterator().next();
    }

    private static Set<Double> results(JsonObject json, String rounds) {
        Set<Double> results = new HashSet<>();
        for (JsonElement round : json.getAsJsonArray(rounds)) {
            assertTrue(round.getAsJsonObject().get("seconds").getAsDouble() > 0);
            results.add(round.getAsJsonObject().get("result").getAsDouble());
        }
        return results;
    }
}
