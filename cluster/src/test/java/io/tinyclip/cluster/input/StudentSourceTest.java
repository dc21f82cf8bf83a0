package io.tinyclip.cluster.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentSourceTest {
    private static final ModelShape SHAPE = shape(8, 2);
    private static final Model TEACHER = filled(SHAPE, 1);

    @TempDir
    private Path folder;

    @Test
    void eachTowerHasASourceOfItsOwn() {
        write(filled(shape(8, 1), 2));
        Model source = StudentSource.of(settings(folder.toString(), "teacher"), TEACHER);
        assertEquals(SHAPE, source.shape());
        for (Segment segment : source.layout().segments()) {
            assertEquals(
                    segment.name().startsWith("visual.") ? 2 : 1,
                    source.vector().get(segment.offset()),
                    segment.name());
        }
    }

    @Test
    void randomWeightsFollowFromTheSeedAndTheTemperatureStays() {
        Settings asked = settings("random", "random");
        Model source = StudentSource.of(asked, TEACHER);
        float[] expected = Initialization.random(TEACHER.layout(), asked.step().seed());
        expected[TEACHER.layout().segment("logit_scale").offset()] = 1;
        assertArrayEquals(expected, source.vector().toArray());
        assertFalse(asked.compression().start().isTeacher());
    }

    @Test
    void refusesATowerOfAnotherShapeAndAFileThatIsNotThere() {
        write(filled(shape(4, 1), 2));
        for (List<String> towers :
                List.of(List.of(folder.toString(), "teacher"), List.of("random", folder.toString()))) {
            Settings asked = settings(towers.get(0), towers.get(1));
            String message = assertThrows(InvalidInputException.class, () -> StudentSource.of(asked, TEACHER))
                    .getMessage();
            assertTrue(message.startsWith("tinyclip.start.") && message.contains("must be the teacher's"), message);
            assertEquals(1, message.lines().count());
        }
        Settings absent = settings(folder.resolve("absent").toString(), "teacher");
        assertThrows(InvalidInputException.class, () -> StudentSource.of(absent, TEACHER));
    }

    private static ModelShape shape(int width, int textLayers) {
        LayerShape layer = new LayerShape(width / 4, 3);
        return new ModelShape(
                5,
                Activation.GELU,
                new VisionTransformer(4, 2, width, 4, List.of(layer, layer)),
                new TextTower(3, 11, width, 4, Collections.nCopies(textLayers, layer)));
    }

    private void write(Model model) {
        ModelFolder.write(folder, model, StoredFloat.F32);
    }

    private static Settings settings(String image, String text) {
        return SettingsFile.defaults(Map.of("tinyclip.start.image", image, "tinyclip.start.text", text));
    }

    private static Model filled(ModelShape shape, float value) {
        float[] vector = new float[Model.layoutOf(shape).size()];
        Arrays.fill(vector, value);
        return Model.of(
                shape, FloatVector.of(vector), Preprocessing.clip(shape.image().imageSize()), new JsonObject());
    }
}
