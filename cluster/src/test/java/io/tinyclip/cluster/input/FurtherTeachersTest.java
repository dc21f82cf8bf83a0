package io.tinyclip.cluster.input;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.util.List;
import org.junit.jupiter.api.Test;

class FurtherTeachersTest {
    private static final Model FIRST = model(4, 3, 11, 8);

    @Test
    void anotherWidthAndEmbeddingWillDo() {
        assertDoesNotThrow(() -> FurtherTeachers.requireSameInput(List.of(FIRST, model(4, 3, 11, 4), FIRST)));
    }

    @Test
    void refusesWhoTakesOtherPicturesOrTokens() {
        for (Model other : List.of(model(8, 3, 11, 8), model(4, 5, 11, 8), model(4, 3, 12, 8), squashed())) {
            String message = assertThrows(
                            InvalidInputException.class,
                            () -> FurtherTeachers.requireSameInput(List.of(FIRST, FIRST, other)))
                    .getMessage();
            assertTrue(message.startsWith("tinyclip.further-teachers 2 takes pictures of ["), message);
            assertEquals(1, message.lines().count());
        }
    }

    private static Model squashed() {
        Preprocessing clip = FIRST.preprocessing();
        Preprocessing squash = new Preprocessing(
                clip.size(),
                clip.size(),
                Preprocessing.ResizeMode.SQUASH,
                clip.interpolation(),
                clip.mean(),
                clip.std());
        return Model.of(FIRST.shape(), FIRST.vector(), squash, new JsonObject());
    }

    private static Model model(int size, int context, int vocabulary, int width) {
        LayerShape layer = new LayerShape(width / 4, 3);
        ModelShape shape = new ModelShape(
                width,
                Activation.GELU,
                new VisionTransformer(size, 2, width, 4, List.of(layer)),
                new TextTower(context, vocabulary, width, 4, List.of(layer)));
        return Model.of(
                shape, FloatVector.allocate(Model.layoutOf(shape).size()), Preprocessing.clip(size), new JsonObject());
    }
}
