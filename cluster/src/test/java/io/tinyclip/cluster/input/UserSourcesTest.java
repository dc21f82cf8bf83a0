package io.tinyclip.cluster.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.data.Dataset;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserSourcesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        for (String name : List.of("a", "b")) {
            Files.createDirectories(folder.resolve(name));
            Path picture = folder.resolve(name).resolve(name + ".png");
            ImageIO.write(new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
            Files.writeString(folder.resolve(name).resolve(name + ".txt"), name + " one\n" + name + " two\n");
        }
        Files.writeString(folder.resolve("pairs.csv"), "image;text\na/a.png;red\nb/b.png;blue\nc.png;gone\n");
    }

    @Test
    void trainsOnAWholeTextAndJudgesByItsLines() {
        Map<String, String> pattern = Map.of("tinyclip.data.train", folder + "/a");
        assertEquals(List.of("a one\na two"), trained(pattern));
        assertEquals(List.of("a one", "a two"), judged(pattern));
        Map<String, String> always = with(pattern, "tinyclip.data.captions-per-line", "always");
        assertEquals(List.of("a one", "a two"), trained(always));
        Map<String, String> never = with(pattern, "tinyclip.data.captions-per-line", "never");
        assertEquals(List.of("a one\na two"), judged(never));
    }

    @Test
    void weighsSourcesOfTraining() {
        Map<String, String> both = Map.of("tinyclip.data.train", folder + "/a::" + folder + "/b");
        assertEquals(2, size(both));
        assertEquals(4, size(with(both, "tinyclip.data.upsampling", "1::3")));
        String refusal = assertThrows(
                        InvalidInputException.class, () -> size(with(both, "tinyclip.data.upsampling", "1::0.5")))
                .getMessage();
        assertTrue(refusal.contains("write 0.5::1 as 1::2"), refusal);
    }

    @Test
    void readsTablesAsTheSettingsSay() {
        Map<String, String> table = Map.of(
                "tinyclip.data.train", folder + "/pairs.csv",
                "tinyclip.data.csv-separator", ";",
                "tinyclip.data.csv-img-key", "image",
                "tinyclip.data.csv-caption-key", "text",
                "tinyclip.data.missing", "skip");
        assertEquals(List.of("red", "blue"), trained(table));
        assertEquals(List.of("red", "blue"), judged(table));
        String refusal = assertThrows(
                        InvalidInputException.class, () -> size(with(table, "tinyclip.data.missing", "refuse")))
                .getMessage();
        assertTrue(refusal.contains("c.png]") && refusal.contains("tinyclip.data.missing = skip"), refusal);
    }

    @Test
    void aRunThatHasReadItsTarsBeforeGoesOnSo() throws IOException {
        PairTar.write(folder.resolve("0.tar"), 0, 3);
        Files.writeString(folder.resolve("sizes.json"), "{\"0.tar\": 3}");
        Settings settings = SettingsFile.defaults(
                Map.of("tinyclip.data.train", folder + "/0.tar", "tinyclip.data.index", "first-read"));
        Sources sources = Sources.of(settings, silent());
        Dataset counted = sources.train(settings.data());
        assertEquals(1, counted.shardsToPin());
        String before = train(Map.of("tinyclip.data.train", folder + "/0.tar")).contentHash();
        for (String begun : List.of(before, counted.contentHash())) {
            assertEquals(
                    begun, sources.train(settings.data(), Optional.of(begun)).contentHash());
        }
        assertEquals(
                0, sources.train(settings.data(), Optional.of("0".repeat(64))).shardsToPin());
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(key, value);
        return more;
    }

    private static int size(Map<String, String> set) {
        try (Dataset data = train(set)) {
            return data.size();
        }
    }

    private static List<String> trained(Map<String, String> set) {
        List<String> texts = new ArrayList<>();
        try (Dataset data = train(set)) {
            data.forEachText(texts::add);
        }
        return texts;
    }

    private static Dataset train(Map<String, String> set) {
        Settings settings = SettingsFile.defaults(set);
        return Sources.of(settings, silent()).train(settings.data());
    }

    private static List<String> judged(Map<String, String> set) {
        Settings settings = SettingsFile.defaults(set);
        return Sources.of(settings, silent())
                .evaluation(
                        settings.data().train(),
                        "tinyclip.data.evaluate",
                        Preprocessing.clip(8),
                        settings.data().source().evaluation())
                .tasks()
                .get(0)
                .texts();
    }

    private static Progress silent() {
        return new ProgressLines(new PrintStream(OutputStream.nullOutputStream()), System::nanoTime);
    }
}
