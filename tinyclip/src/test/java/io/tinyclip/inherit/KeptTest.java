package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptTest {
    private static final Kept SOME = new Kept(
            new TowerKept(new int[] {1}, List.of(new LayerKept(new int[0], new int[] {0, 1}))),
            new TowerKept(new int[] {0, 1}, List.of(new LayerKept(new int[] {0}, new int[] {1}))));

    @Test
    void comesBackFromJson() {
        assertEquals(SOME, Kept.fromJson(SOME.toJson()));
    }

    @Test
    void givesTheShapeThatIsLeft() {
        ModelShape after = SOME.shapeAfter(SmallShapes.smallest());
        assertEquals(1, after.image().width());
        assertEquals(List.of(new LayerShape(0, 2)), after.vision().layers());
        assertEquals(2, after.text().width());
        assertEquals(List.of(new LayerShape(1, 1)), after.text().layers());
        assertEquals(2, after.text().headWidth());
    }

    @Test
    void refusesAModelThatItDoesNotFit() {
        assertThrows(IllegalArgumentException.class, () -> SOME.shapeAfter(SmallShapes.uneven()));
        Kept more = new Kept(new TowerKept(new int[] {2}, SOME.image().layers()), SOME.text());
        assertThrows(IllegalArgumentException.class, () -> more.shapeAfter(SmallShapes.smallest()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"image\":{\"width\":[0]}}",
                "{\"image\":{\"width\":[1,0],\"layers\":[]},\"text\":{\"width\":[0],\"layers\":[]}}"
            })
    void refusesDamagedJson(String json) {
        assertThrows(InvalidInputException.class, () -> Kept.fromJson(json));
    }
}
