package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.actors.member.NodeHost;
import io.tinyclip.cluster.input.ModelHash;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TeacherCopyTest {
    private static final ModelShape SHAPE = new ModelShape(
            8,
            Activation.GELU,
            new VisionTransformer(8, 4, 8, 8, List.of(new LayerShape(1, 16))),
            new TextTower(8, 100, 8, 8, List.of(new LayerShape(1, 16))));

    @TempDir
    private Path cache;

    private final Model teacher = model(1);
    private final AtomicInteger fetches = new AtomicInteger();

    @Test
    void isFetchedOnceAndHasTheTeachersBits() {
        Model fetched = new TeacherCopy(cache).open(offer(teacher));
        Model kept = new TeacherCopy(cache).open(offer(teacher));
        assertEquals(1, fetches.get());
        for (Model copy : List.of(fetched, kept)) {
            assertArrayEquals(teacher.vector().toArray(), copy.vector().toArray());
            assertEquals(teacher.shape(), copy.shape());
            assertEquals(teacher.preprocessing(), copy.preprocessing());
        }
        assertEquals(SHAPE, TeacherCopy.shape(TeacherCopy.describe(teacher)));
    }

    @Test
    void isFetchedAgainWhereItIsDamaged() throws IOException {
        new TeacherCopy(cache).open(offer(teacher));
        Path tensors = cache.resolve("teachers").resolve(ModelHash.of(teacher)).resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(tensors);
        bytes[bytes.length - 3] ^= 1;
        Files.write(tensors, bytes);
        Model again = new TeacherCopy(cache).open(offer(teacher));
        assertEquals(2, fetches.get());
        assertArrayEquals(teacher.vector().toArray(), again.vector().toArray());
        new TeacherCopy(cache).open(offer(teacher));
        assertEquals(2, fetches.get());
    }

    @Test
    void leavesNothingUnfinishedInTheCache() throws IOException {
        new TeacherCopy(cache).open(offer(teacher));
        try (Stream<Path> entries = Files.list(cache.resolve("teachers"))) {
            assertEquals(
                    List.of(ModelHash.of(teacher)),
                    entries.map(entry -> String.valueOf(entry.getFileName())).toList());
        }
    }

    @Test
    void refusesWhatIsNotWhatWasOffered() {
        Model other = model(2);
        NodeHost.Teacher wrong =
                new NodeHost.Teacher(TeacherCopy.describe(teacher), ModelHash.of(teacher), () -> other.vector()
                        .toArray());
        assertTrue(message(wrong).contains(ModelHash.of(other)), message(wrong));
        NodeHost.Teacher cut =
                new NodeHost.Teacher(TeacherCopy.describe(teacher), ModelHash.of(teacher), () -> new float[3]);
        assertTrue(message(cut).contains("[3] floats"), message(cut));
        NodeHost.Teacher elsewhere = new NodeHost.Teacher("{}", "../..", () -> new float[0]);
        assertTrue(message(elsewhere).contains("SHA-256"), message(elsewhere));
    }

    private String message(NodeHost.Teacher offer) {
        return String.valueOf(assertThrows(InvalidInputException.class, () -> new TeacherCopy(cache).open(offer))
                .getMessage());
    }

    private NodeHost.Teacher offer(Model model) {
        return new NodeHost.Teacher(TeacherCopy.describe(model), ModelHash.of(model), () -> {
            fetches.incrementAndGet();
            return model.vector().toArray();
        });
    }

    private static Model model(long seed) {
        return Model.of(
                SHAPE,
                FloatVector.of(Initialization.random(Model.layoutOf(SHAPE), seed)),
                Preprocessing.clip(8),
                new JsonObject());
    }
}
