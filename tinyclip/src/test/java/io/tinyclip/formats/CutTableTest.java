package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.compute.ModelEmbedder;
import io.tinyclip.files.Model;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.files.StrictJson;
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
import io.tinyclip.text.Tokenizer;
import io.tinyclip.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Token tables that were cut: which texts are embedded as before, and what exports of them say. */
final class CutTableTest {
    private static final int CONTEXT = 16;
    private static final List<String> TEXTS = List.of(
            "a photo of a dog",
            "Two Cats on a sofa, sleeping",
            "an antidisestablishmentarian's bicycle",
            "\u00c9toiles \u3042 \ud83d\ude00");

    @TempDir
    private Path folder;

    private final Model model = model();
    private final Model cut = CutTable.of(model, tokens(TEXTS));

    @Test
    void textsOfKeptTokensAreCutUpAsBefore() {
        Tokenizer fewer = Tokenizer.clip().within(Tokenizer.closed(tokens(TEXTS)));
        for (String text : TEXTS) {
            assertArrayEquals(Tokenizer.clip().encode(text, CONTEXT), fewer.encode(text, CONTEXT), text);
        }
        int[] other = fewer.encode("zebras", CONTEXT);
        assertTrue(other.length > Tokenizer.clip().encode("zebras", CONTEXT).length, Arrays.toString(other));
        assertEquals("zebras", fewer.decode(other));
    }

    @Test
    void whatATokenIsMergedFromIsKeptWithAllBytesAndBothEnds() {
        BitSet kept = Tokenizer.closed(tokens(List.of("dog")));
        Vocabulary vocabulary = Vocabulary.clip(kept);
        assertEquals(512, kept.nextClearBit(0), "all bytes, inside words and at their ends");
        assertTrue(vocabulary.tokens().containsAll(List.of("do", "dog</w>"))
                || vocabulary.tokens().contains("og</w>"));
        assertEquals(
                List.of(Vocabulary.START, Vocabulary.END),
                vocabulary.tokens().subList(kept.cardinality() - 2, kept.cardinality()));
        assertEquals(kept.cardinality() - 514, vocabulary.merges().size());
        for (String merge : vocabulary.merges()) {
            assertTrue(vocabulary.tokens().containsAll(List.of(merge.split(" "))), merge);
            assertTrue(vocabulary.tokens().contains(merge.replace(" ", "")), merge);
        }
    }

    @Test
    void embedsTheSameBits() {
        assertTrue(cut.shape().text().vocabulary() < 700, "" + cut.shape());
        assertArrayEquals(embedded(model, TEXTS), embedded(cut, TEXTS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf", "openclip"})
    void anExportIsReadBackWithItsTokens(String format) {
        Path out = write(format);
        Model read = Models.read(out);
        assertEquals(cut.cut().map(rows -> rows.tokens()), read.cut().map(rows -> rows.tokens()));
        assertArrayEquals(embedded(model, TEXTS), embedded(read, TEXTS));
        assertArrayEquals(embedded(cut, List.of("zebras")), embedded(read, List.of("zebras")));
    }

    @Test
    void configsNameTheEndToken() {
        int end = cut.shape().text().vocabulary() - 1;
        JsonObject text = StrictJson.read(write("hf").resolve("config.json")).getAsJsonObject("text_config");
        assertEquals(end, text.get("eos_token_id").getAsInt());
        assertEquals(end - 1, text.get("bos_token_id").getAsInt());
        assertEquals(end + 1, text.get("vocab_size").getAsInt());
        JsonObject words = StrictJson.read(write("openclip").resolve("open_clip_config.json"))
                .getAsJsonObject("model_cfg")
                .getAsJsonObject("text_cfg");
        assertEquals(".", words.get("hf_tokenizer_name").getAsString());
    }

    @Test
    void aTokenizerThatContradictsItsVocabularyIsRefused() throws IOException {
        Path merges = write("hf").resolve("merges.txt");
        List<String> lines = Files.readAllLines(merges);
        Files.write(merges, lines.subList(0, lines.size() - 1));
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> Models.read(merges.getParent()));
        assertTrue(String.valueOf(refusal.getMessage()).contains("merges.txt"), refusal.getMessage());
    }

    @Test
    void aVocabularyThatWasNotCutFromClipsTakesNoTexts() throws IOException {
        Path file = write("hf").resolve("vocab.json");
        Files.writeString(file, Files.readString(file).replace("\"!\":0,\"\\\"\":1", "\"!\":1,\"\\\"\":0"));
        Model read = Models.read(file.getParent());
        assertTrue(read.cut().isEmpty());
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> embedded(read, TEXTS));
        assertTrue(String.valueOf(refusal.getMessage()).contains("vocabulary"), refusal.getMessage());
    }

    private Path write(String format) {
        Path out = folder.resolve(format);
        if (format.equals("hf")) {
            HuggingFaceExport.write(cut, out, StoredFloat.F32, HuggingFaceExport.Layers.PADDED, Optional.empty());
        } else {
            OpenClipExport.write(cut, out);
        }
        return out;
    }

    private static BitSet tokens(List<String> texts) {
        BitSet tokens = new BitSet();
        texts.forEach(
                text -> Arrays.stream(Tokenizer.clip().encode(text, CONTEXT)).forEach(tokens::set));
        return tokens;
    }

    private static float[] embedded(Model model, List<String> texts) {
        try (ModelEmbedder embedder = new ModelEmbedder(model, Precision.FP32, 1)) {
            return embedder.texts(texts);
        }
    }

    private static Model model() {
        ModelShape shape = new ModelShape(
                16,
                Activation.GELU,
                new VisionTransformer(16, 8, 16, 8, List.of(new LayerShape(2, 24))),
                new TextTower(CONTEXT, Tokenizer.VOCABULARY, 16, 8, List.of(new LayerShape(2, 32))));
        return Model.of(
                shape,
                FloatVector.of(Initialization.random(Model.layoutOf(shape), 3)),
                Preprocessing.clip(16),
                new JsonObject());
    }
}
