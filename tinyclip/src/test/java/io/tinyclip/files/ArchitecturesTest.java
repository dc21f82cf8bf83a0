package io.tinyclip.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.Activation;
import io.tinyclip.model.Counts;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.SmallShapes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitecturesTest {
    @Test
    void holdsTheTeacherOfTheZoo() {
        assertEquals(SmallShapes.vitB32(), Architectures.shape("ViT-B-32"));
        ModelShape quick = Architectures.shape("ViT-B-32-quickgelu");
        assertEquals(Activation.QUICK_GELU, quick.activation());
        assertEquals(SmallShapes.vitB32().image(), quick.image());
        assertEquals(
                new ResNet(224, 64, 64, List.of(3, 4, 6, 3)),
                Architectures.shape("RN50").image());
    }

    /** The counts that OpenCLIP's own classes give for these names, without the token table. */
    @ParameterizedTest
    @CsvSource({"ViT-B-16, 149620737", "ViT-L-14, 427616513", "ViT-H-14, 986109441", "ViT-g-14, 1366678273"})
    void hasAsManyParametersAsTheReference(String name, long total) {
        assertEquals(total, Counts.of(Architectures.shape(name)).total());
    }

    @Test
    void describesAShapeInALine() {
        assertEquals(
                "[224 pixels, patches of 32, width 768, 12 layers of 12 heads and 3072 neurons with heads of 64; "
                        + "77 of 49408 tokens, width 512, 12 layers of 8 heads and 2048 neurons with heads of 64; "
                        + "embedding 512, GELU]",
                Architectures.describe(SmallShapes.vitB32()));
        assertTrue(Architectures.describe(SmallShapes.uneven()).contains("2 layers of several sizes"));
    }
}
