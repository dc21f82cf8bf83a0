package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.files.Model;
import io.tinyclip.model.Counts;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaddingTest {
    @Test
    void countsWhatAnExportHolds() {
        ModelShape shape = SmallModels.cut().shape();
        Padding padding = Padding.of(shape);
        Model padded = UniformLayers.of(SmallModels.cut(), "any");
        assertEquals(Counts.of(shape), padding.own());
        assertEquals(Counts.of(padded.shape()), padding.padded().orElseThrow());
        assertEquals(
                Model.layoutOf(padded.shape()).segments().stream()
                        .mapToLong(segment -> segment.count())
                        .sum(),
                padding.padded().orElseThrow().total());
        double share =
                (double) padding.padded().orElseThrow().total() / padding.own().total() - 1;
        assertTrue(share > 0);
        assertEquals(share, padding.share().orElseThrow(), 1e-12);
        assertEquals(List.of("hf", "openclip"), padding.formats());
    }

    @Test
    void addsNothingToLayersThatAreAlike() {
        Padding padding = Padding.of(SmallModels.uniform().shape());
        assertEquals(Optional.of(padding.own()), padding.padded());
        assertEquals(Optional.of(0.0), padding.share());
    }

    @Test
    void saysWhatKeepsAModelFromBeingHeld() {
        ModelShape shape = SmallModels.cut().shape();
        TextTower text = shape.text();
        ModelShape heads = new ModelShape(
                shape.embedding(),
                shape.activation(),
                shape.image(),
                new TextTower(7, 11, 8, 4, List.of(new LayerShape(2, 1), new LayerShape(3, 1))));
        assertEquals(
                Optional.of("the text tower's layer 1 with [3] heads: a width of 8 has at most 2"),
                Padding.of(heads).obstacle());
        ModelShape width = new ModelShape(
                shape.embedding(), shape.activation(), new VisionTransformer(8, 4, 10, 4, List.of()), text);
        assertEquals(
                Optional.of("the image tower's width [10]: it must be a multiple of the head width [4]"),
                Padding.of(width).obstacle());
        assertEquals(Optional.empty(), Padding.of(width).padded());
        assertEquals(Optional.empty(), Padding.of(width).share());
    }

    @Test
    void aResidualNetworkIsOpenClipsAlone() {
        assertEquals(
                List.of("openclip"), Padding.of(SmallModels.resNet().shape()).formats());
    }
}
