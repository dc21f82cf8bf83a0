package io.tinyclip.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountsTest {
    private static final double MILLION = 1e6;
    private static final double BILLION = 1e9;

    @ParameterizedTest(name = "ViT-{5}M/{0} Text-{6}M")
    @CsvSource({
        "32, 640, 12, 512, 9, 61.41, 28.67, 5.3",
        "32, 512, 12, 512, 6, 39.69, 19.22, 3.5",
        "16, 512, 12, 512, 6, 38.59, 19.22, 9.5",
        "16, 256, 10, 256, 3, 8.28, 2.52, 2.0"
    })
    void givesThePublishedFiguresOfTheZoo(
            int patch, int width, int layers, int textWidth, int textLayers, String image, String text, String macs) {
        Counts counts = Counts.of(Shapes.clip(patch, width, layers, textWidth, textLayers));
        assertEquals(image, String.format(Locale.ROOT, "%.2f", counts.image() / MILLION));
        assertEquals(text, String.format(Locale.ROOT, "%.2f", counts.text() / MILLION));
        assertEquals(macs, String.format(Locale.ROOT, "%.1f", counts.macs() / BILLION));
    }

    @ParameterizedTest(name = "ResNet-{3}M Text-{4}M")
    @CsvSource({"56, 9, 29583780, 30, 29, 6.9", "44, 6, 18596766, 19, 19, 4.4"})
    void givesThePublishedFiguresOfTheResNets(
            int width, int textLayers, long exact, String image, String text, String macs) {
        Counts counts = Counts.of(resnet(width, textLayers));
        assertEquals(exact, counts.image());
        assertEquals(image, String.format(Locale.ROOT, "%.0f", counts.image() / MILLION));
        assertEquals(text, String.format(Locale.ROOT, "%.0f", counts.text() / MILLION));
        assertEquals(macs, String.format(Locale.ROOT, "%.1f", counts.macs() / BILLION));
        assertEquals(0, counts.countedImage());
    }

    @Test
    void countsRn50WithoutItsRunningStatistics() {
        Layout rn50 = Layout.of(resnet(64, 12), 0, false, false);
        int statistics = rn50.segments().stream()
                .filter(segment -> segment.group() == Group.STATISTICS)
                .mapToInt(Segment::count)
                .sum();
        assertEquals(53_248, statistics);
        assertEquals(38_316_896, Counts.of(rn50.shape()).image());
    }

    private static ModelShape resnet(int width, int textLayers) {
        ResNet tower = new ResNet(224, width, 64, List.of(3, 4, 6, 3));
        LayerShape layer = new LayerShape(8, 2048);
        return new ModelShape(
                1024,
                Activation.GELU,
                tower,
                new TextTower(77, 49_408, 512, 64, Collections.nCopies(textLayers, layer)));
    }

    /** 49,408 x 32 and 32 x 512, and 32 x 512 products for each of 77 tokens. */
    @Test
    void countsBothFactorsOfATokenTable() {
        ModelShape shape = Shapes.clip(32, 768, 12, 512, 12);
        Counts whole = Counts.of(shape);
        Counts product = Counts.of(shape.withTokenRank(32));
        assertEquals(1_597_440, product.tokenEmbedding());
        assertEquals(whole.text(), product.text());
        assertEquals(whole.macs() + 77 * 32 * 512, product.macs());
        assertEquals(whole.total() - whole.tokenEmbedding() + 1_597_440, product.total());
    }

    @Test
    void givesTheBaseModelsToTheLastDigit() {
        Counts base32 = Counts.of(Shapes.clip(32, 768, 12, 512, 12));
        assertEquals(87_849_216, base32.image());
        assertEquals(38_131_200, base32.text());
        assertEquals(25_296_896, base32.tokenEmbedding());
        assertEquals(151_277_313, base32.total());
        assertEquals(85_017_600, base32.countedImage());
        assertEquals(37_804_032, base32.countedText());
        Counts base16 = Counts.of(Shapes.clip(16, 768, 12, 512, 12));
        assertEquals(86.19, base16.image() / MILLION, 0.005);
        assertEquals(149.62, base16.total() / MILLION, 0.005);
    }

    @Test
    void countsCutLayersOneByOne() {
        Counts counts = Counts.of(Shapes.cut());
        // Attention: 4 products of 6 x inner with 3 inner + 6 biases; feed-forward: 2 products with M + 6 biases.
        long first = 4 * 6 * 8 + 3 * 8 + 6 + 2 * 6 * 5 + 5 + 6;
        long second = 6 + 2 * 6 * 3 + 3 + 6;
        long third = 4 * 6 * 4 + 3 * 4 + 6 + 6;
        assertEquals(first + second + third, counts.countedImage());
        assertEquals(4 * 5 * 4 + 3 * 4 + 5 + 2 * 5 * 9 + 9 + 5 + 5 + 5, counts.countedText());
        // Class, 5 positions, patches of 3 x 4 x 4, two norms, the projection to 3; two norms a layer that is whole.
        long embeddings = 6 + 5 * 6 + 6 * 48 + 2 * 12 + 6 * 3;
        assertEquals(counts.countedImage() + embeddings + 4 * 12, counts.image());
        assertEquals(counts.countedText() + 7 * 5 + 10 + 15 + 2 * 10, counts.text());
        assertEquals(55, counts.tokenEmbedding());
    }

    @Test
    void cutLayersCostOnlyWhatIsLeft() {
        long patches = 4 * 48 * 6;
        long image = 5 * 4 * 6 * (8 + 4) + 5 * 5 * 2 * (8 + 4) + 5 * 2 * 6 * (5 + 3);
        long text = 7 * 4 * 5 * 4 + 7 * 7 * 2 * 4 + 7 * 2 * 5 * 9;
        assertEquals(
                patches + image + text + 3 * (6 + 5), Counts.of(Shapes.cut()).macs());
    }
}
