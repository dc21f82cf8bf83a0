package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.member.NodeHost;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.input.TeacherStore;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.settings.BitKeys;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.data.Dataset;
import io.tinyclip.data.RecurringViews;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.taught.TaughtFolder;
import io.tinyclip.taught.TaughtInput;
import io.tinyclip.taught.TaughtView;
import io.tinyclip.taught.TaughtWriter;
import io.tinyclip.text.Tokenizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine that joins makes ready for a run. */
final class LentMachineTest {
    private static final int EMBEDDING = 8;
    private static final ModelShape SHAPE = new ModelShape(
            EMBEDDING,
            Activation.GELU,
            new VisionTransformer(8, 4, 8, 8, List.of(new LayerShape(1, 16))),
            new TextTower(8, Tokenizer.VOCABULARY, 8, 8, List.of(new LayerShape(1, 16))));

    private final Model teacher = Model.of(
            SHAPE,
            FloatVector.of(Initialization.random(Model.layoutOf(SHAPE), 1)),
            Preprocessing.clip(8),
            new JsonObject());
    private final AtomicInteger fetches = new AtomicInteger();

    @TempDir
    private Path folder;

    private Path table;

    @BeforeEach
    void writePairs() throws IOException {
        StringBuilder rows = new StringBuilder("filepath,title\n");
        for (int pair = 0; pair < 4; pair++) {
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            image.setRGB(pair, pair, 0xffffff);
            ImageIO.write(image, "png", folder.resolve(pair + ".png").toFile());
            rows.append(pair).append(".png,number ").append(pair).append('\n');
        }
        table = Files.writeString(folder.resolve("pairs.csv"), rows.toString());
    }

    @Test
    void fetchesTheTeacherThatItHasToAsk() {
        Settings settings = settings(Map.of());
        NodeHost.Prepared prepared = prepare(settings);
        assertEquals(1, fetches.get());
        assertEquals(SHAPE, prepared.teacher());
    }

    @Test
    void fetchesNoTeacherWhereAllThatItSaysIsStored() {
        Settings asked = settings(Map.of());
        Settings settings = settings(Map.of("tinyclip.teacher-store.use", "precomputed"));
        String line = assertThrows(InvalidInputException.class, () -> prepare(settings))
                .getMessage();
        assertTrue(line.contains("is not complete: no file ["), line);
        String hash = fill(settings);
        NodeHost.Prepared prepared = prepare(settings);
        assertEquals(0, fetches.get());
        assertEquals(prepare(asked).plan(), prepared.plan());
        Map<String, String> pin =
                Map.of("tinyclip.teacher-store.use", "precomputed", "tinyclip.teacher-store.hash", hash);
        assertEquals(SHAPE, prepare(settings(pin)).teacher());
        Map<String, String> other =
                Map.of("tinyclip.teacher-store.use", "precomputed", "tinyclip.teacher-store.hash", "a".repeat(64));
        String refusal = assertThrows(InvalidInputException.class, () -> prepare(settings(other)))
                .getMessage();
        assertTrue(refusal.contains("have content [" + hash + "] here, [" + "a".repeat(64) + "]"), refusal);
    }

    /** @return the store's hash */
    private String fill(Settings settings) {
        try (Dataset data = Sources.of(settings, silent()).train(settings.data())) {
            RecurringViews views = TeacherStore.recurring(data);
            TaughtFolder store = TeacherStore.folder(
                    settings, TeacherStore.Identity.of(teacher), teacher.preprocessing(), Optional.empty());
            TaughtView said = TaughtView.rounded(new float[EMBEDDING], new float[EMBEDDING]);
            TaughtWriter writer = new TaughtWriter(store, "fp32", "any");
            writer.forEachRange(views, (range, first) -> writer.write(range, place -> List.of(said, said)));
            return TeacherStore.hash(List.of(TaughtInput.open(store, views)));
        }
    }

    private NodeHost.Prepared prepare(Settings settings) {
        NodeHost.Teacher offer = new NodeHost.Teacher(
                TeacherCopy.describe(teacher), TeacherStore.Identity.of(teacher).hash(), () -> {
                    fetches.incrementAndGet();
                    return teacher.vector().toArray();
                });
        Map<String, String> own =
                Map.of("tinyclip.cache.folder", folder.resolve("cache").toString());
        try (LentMachine machine = new LentMachine(own, FakeEngine::new, silent());
                Dataset data = Sources.of(settings, silent()).train(settings.data())) {
            return machine.prepare(new NodeHost.Task(
                    Set.of(MemberRole.WORKER),
                    BitKeys.json(settings.effective()),
                    data.contentHash(),
                    List.of(offer),
                    Optional.of(Precision.FP32)));
        }
    }

    private Settings settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(Map.of(
                "tinyclip.batch", "4",
                "tinyclip.partitions", "2",
                "tinyclip.data.train", table.toString(),
                "tinyclip.cache.folder", folder.resolve("cache").toString(),
                "tinyclip.teacher-store.views", "2",
                // Widths of whole heads do not go that low in a model this small.
                "tinyclip.mask.exportable", "false"));
        all.putAll(more);
        return SettingsFile.defaults(all);
    }

    private static Progress silent() {
        return new ProgressLines(new PrintStream(PrintStream.nullOutputStream()), System::nanoTime);
    }
}
