package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.compute.ModelEmbedder;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.formats.HuggingFaceExport.Layers;
import io.tinyclip.formats.torchscript.TorchScriptExport;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Counts;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.TokenRows;
import io.tinyclip.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token table that is a product, in each format. */
class ProductTableTest {
    private static final List<String> TEXTS = List.of("a cat", "two red dogs on a mat", "");
    private static final float ROUNDING = 1e-5f;

    @TempDir
    Path folder;

    private final Model model = SmallModels.of(SmallModels.cut().shape().withTokenRank(3));

    @Test
    void ourFolderHoldsBothFactorsWithTheirBits() throws IOException {
        Path out = folder.resolve("out");
        ModelFolder.write(out, model, StoredFloat.F32);
        Model read = Models.read(out);
        ModelsTest.assertSame(model, read);
        assertEquals(3, read.shape().text().tokenRank());
        assertTrue(Files.readString(out.resolve(ModelFolder.CONFIG)).contains("\"tokenRank\": 3"));
        ModelFolder.write(folder.resolve("half"), model, StoredFloat.F16);
        close(model, Models.read(folder.resolve("half")), 1e-2f);
    }

    @Test
    void aFolderOfAWholeTableDoesNotSpeakOfRanks() throws IOException {
        ModelFolder.write(folder.resolve("out"), SmallModels.uniform(), StoredFloat.F32);
        String config = Files.readString(folder.resolve("out").resolve(ModelFolder.CONFIG));
        assertTrue(!config.contains("tokenRank"), config);
    }

    @Test
    void aRankThatIsNoneIsRefused() {
        Path out = folder.resolve("out");
        ModelFolder.write(out, model, StoredFloat.F32);
        SmallModels.set(out.resolve(ModelFolder.CONFIG), "text.tokenRank", "0");
        assertRefused(out, "tokenRank");
        SmallModels.set(out.resolve(ModelFolder.CONFIG), "text.tokenRank", "4");
        assertRefused(out, TokenRows.TABLE);
        SmallModels.set(out.resolve(ModelFolder.CONFIG), "text.tokenRank", "-");
        assertRefused(out, TokenRows.TABLE);
    }

    private static void assertRefused(Path model, String part) {
        String message = assertThrows(InvalidInputException.class, () -> Models.read(model))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void formatsThatKnowNoProductGetItMultipliedOut() {
        HuggingFaceExport.write(model, folder.resolve("hf"));
        OpenClipExport.write(model, folder.resolve("openclip"), StoredFloat.F32);
        HuggingFaceExport.write(model, folder.resolve("uneven"), StoredFloat.F32, Layers.UNEVEN, Optional.empty());
        for (String format : List.of("hf", "openclip", "uneven")) {
            Model read = Models.read(folder.resolve(format));
            assertEquals(0, read.shape().text().tokenRank(), format);
            close(model, read, ROUNDING);
        }
    }

    @Test
    void aTorchScriptArchiveHoldsBothFactors() {
        TorchScriptExport.write(model, folder.resolve("script"));
        Path file = folder.resolve("script").resolve(TorchScriptExport.FILE);
        Model read = Models.read(file, ReadOptions.NONE);
        assertEquals(3, read.shape().text().tokenRank());
        assertArrayEquals(model.vector().toArray(), read.vector().toArray());
    }

    @Test
    void aTableCutToSomeTokensKeepsItsBasis() {
        Model cut = CutTable.of(model, TokenRows.all(Tokenizer.VOCABULARY).tokens());
        assertEquals(3, cut.shape().text().tokenRank());
        close(model, cut, 0);
    }

    /** What they hold is counted whole, and zeros that make layers alike apart from that. */
    @Test
    void paddingIsToldOfTheWholeTable() {
        Padding padding = Padding.of(model.shape());
        Counts padded = padding.padded().orElseThrow();
        assertTrue(padding.multipliedOut());
        assertEquals(49_408L * 8, padded.tokenEmbedding());
        assertEquals(padded.tokenEmbedding(), padding.own().tokenEmbedding());
        assertTrue(padded.total() > padding.own().total());
        assertEquals(
                new LayerShape(2, 9),
                UniformLayers.shape(model.shape()).text().layers().get(0));
    }

    private static void close(Model model, Model other, float by) {
        try (ModelEmbedder before = new ModelEmbedder(model, Precision.FP32, 1);
                ModelEmbedder after = new ModelEmbedder(other, Precision.FP32, 1)) {
            assertArrayEquals(before.texts(TEXTS), after.texts(TEXTS), by);
        }
    }
}
