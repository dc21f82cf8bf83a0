package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.StrictJson;
import io.tinyclip.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerFilesTest {
    private static final String REMEDY = "delete the file if the model was in fact trained with CLIP's";
    /** The layout of CLIP's with two letters and two merges. */
    private static final Vocabulary SMALL = new Vocabulary(
            List.of("a", "b", "a</w>", "b</w>", "ab", "ab</w>", Vocabulary.START, Vocabulary.END),
            List.of("a b", "a b</w>"));

    private static final String VOCABULARY = """
            {"a": 0, "b": 1, "a</w>": 2, "b</w>": 3, "ab": 4, "ab</w>": 5, "<|startoftext|>": 6, "<|endoftext|>": 7}""";
    private static final String TOKENIZER = """
            {"added_tokens": [{"id": 6, "content": "<|startoftext|>"}, {"id": 7, "content": "<|endoftext|>"}],
             "normalizer": {"type": "NFC"},
             "model": {"type": "BPE", "vocab": %s, "merges": ["a b", "a b</w>"]}}""".formatted(VOCABULARY);
    private static final String MERGES = "#version: 0.2\na b\na b</w>\n";
    private static final String CONFIG = """
            {"added_tokens_decoder": {"6": {"content": "<|startoftext|>"}, "7": {"content": "<|endoftext|>"}},
             "bos_token": {"content": "<|startoftext|>"}, "eos_token": "<|endoftext|>", "pad_token": null}""";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void acceptsTheFilesThatWeWrite(boolean huggingFace) {
        Path out = huggingFace ? huggingFace() : folder.resolve("openclip");
        if (!huggingFace) {
            OpenClipExport.write(SmallModels.cut(), out);
        }
        assertEquals(49_408, Models.read(out).shape().text().vocabulary());
    }

    /** Configurations hold numbers. */
    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa", "tr", "de"})
    void writesTheSameFilesUnderAnyLocale(String locale) throws IOException {
        Path usual = huggingFace();
        Path there = folder.resolve(locale);
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(locale));
        try {
            HuggingFaceExport.write(SmallModels.cut(), there);
        } finally {
            Locale.setDefault(before);
        }
        for (String file : List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
            assertEquals(-1, Files.mismatch(usual.resolve(file), there.resolve(file)), file);
        }
    }

    /** A line for every field, tokens in another order, merges as pairs. */
    @Test
    void acceptsTheLayoutOfNewTransformers() throws IOException {
        Path out = huggingFace();
        JsonObject vocabulary = StrictJson.read(out.resolve("vocab.json"));
        JsonObject sorted = new JsonObject();
        new TreeMap<>(vocabulary.asMap()).forEach(sorted::add);
        assertNotEquals(List.copyOf(vocabulary.keySet()), List.copyOf(sorted.keySet()));
        AtomicFile.writeText(out.resolve("vocab.json"), StrictJson.pretty(sorted));
        JsonObject tokenizer = StrictJson.read(out.resolve("tokenizer.json"));
        JsonObject model = tokenizer.getAsJsonObject("model");
        JsonArray pairs = new JsonArray();
        model.getAsJsonArray("merges").forEach(merge -> pairs.add(pair(merge)));
        model.add("merges", pairs);
        model.add("vocab", sorted);
        model.addProperty("ignore_merges", false);
        AtomicFile.writeText(out.resolve("tokenizer.json"), StrictJson.pretty(tokenizer));
        edit(out, "merges.txt", text -> text.replace("\n", "\r\n"));
        edit(
                out,
                "tokenizer_config.json",
                text -> text.replace("\"errors\"", "\"extra_special_tokens\": {}, \"errors\""));
        assertEquals(49_408, Models.read(out).shape().text().vocabulary());
    }

    /** The library reads no more either: OpenAI's own list goes on behind CLIP's merges. */
    @Test
    void leavesOutTheFirstLineOfMergesAndWhatIsBehindTheLast() {
        TokenizerFiles.require(small("merges.txt", "b</w>\n", "b</w>\nb a\n"), SMALL);
        Path changed = small("merges.txt", "#version: 0.2\n", "");
        ModelsTest.assertRefused(() -> TokenizerFiles.require(changed, SMALL), "merge 0 is \"a b</w>\"");
    }

    @Test
    void refusesAModelBesideAnotherTokenizer() throws IOException {
        Path out = huggingFace();
        edit(out, "tokenizer.json", text -> text.replace("\"cat</w>\":2368", "\"cat</w>\":2369"));
        ModelsTest.assertRefused(
                () -> Models.read(out),
                "tokenizer.json",
                "token \"cat</w>\" has the id [2369], expected [2368]",
                "only models of CLIP's tokenizer can be read",
                REMEDY);
        Files.delete(out.resolve("tokenizer.json"));
        Models.read(out);
        edit(out, "merges.txt", text -> text.replace("\ni n\nt h\n", "\nt h\ni n\n"));
        ModelsTest.assertRefused(() -> Models.read(out), "merges.txt", "merge 0 is \"t h\", expected \"i n\"", REMEDY);
    }

    @Test
    void refusesAnOpenClipModelBesideAnotherTokenizer() throws IOException {
        Path out = folder.resolve("openclip");
        OpenClipExport.write(SmallModels.cut(), out);
        edit(out, "vocab.json", text -> text.replace("\"!\":0,", ""));
        ModelsTest.assertRefused(() -> Models.read(out), "vocab.json", "token \"!\" is not there", REMEDY);
    }

    @Test
    void doesNotLookAtTheTokenizerOfAModelThatTakesNoTexts() {
        Path out = folder.resolve("hf");
        HuggingFaceExport.write(SmallModels.uniform(), out);
        AtomicFile.writeText(out.resolve("tokenizer.json"), "{\"model\": {\"type\": \"WordPiece\"}}");
        ModelsTest.assertSame(SmallModels.uniform(), Models.read(out));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "tokenizer.json ~ \"type\": \"BPE\", ~ ",
                "tokenizer.json ~ \"a b\", \"a b</w>\" ~ [\"a\", \"b\"], \"a b</w>\"",
                "tokenizer.json ~ , \"<|startoftext|>\": 6, \"<|endoftext|>\": 7} ~ }",
                "tokenizer.json ~ {\"id\": 6, ~ {\"id\": 1, \"content\": \"b\"}, {\"id\": 6,",
                "merges.txt ~ #version: 0.2 ~ any line",
                "tokenizer_config.json ~ \"bos_token\" ~ \"other\"",
                "tokenizer_config.json ~ {\"content\": \"<|startoftext|>\"}, \"eos ~ null, \"eos",
                "tokenizer_config.json ~ added_tokens_decoder ~ other"
            })
    void acceptsWhatMeansTheSame(String name, String from, String to) {
        TokenizerFiles.require(small(name, from, to == null ? "" : to), SMALL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "\"BPE\" ~ \"WordPiece\" ~ type \"WordPiece\", expected \"BPE\"",
                "\"ab\": 4 ~ \"ab\": 5 ~ token \"ab\" has the id [5], expected [4]",
                "\"ab\": 4 ~ \"ab\": 4.0 ~ token \"ab\" has the id [4.0], expected [4]",
                "\"ab\": 4 ~ \"ab\": \"4\" ~ a token's id is [STRING], expected [NUMBER]",
                "\"ab\": 4 ~ \"ba\": 4 ~ token \"ba\" has the id [4], expected no such token",
                "\"ab\": 4 ~ \"ab\\n\\u0007\": 4 ~ token \"ab\\n\\u0007\" has",
                "\"ab\": 4, ~  ~ token \"ab\" is not there, expected it with the id 4",
                "{\"id\": 6 ~ {\"id\": 8, \"content\": \"[PAD]\"}, {\"id\": 6 ~ token \"[PAD]\" has the id [8], expected no such token",
                "{\"id\": 6 ~ {\"id\": 7 ~ token \"<|startoftext|>\" has the id [7], expected [6]",
                "\"a b\", ~ [\"b\", \"a\"], ~ merge 0 is \"b a\", expected \"a b\"",
                "\"a b\", ~ [\"a b\"], ~ second of a merge is [END_ARRAY]",
                "\"a b\", ~ [\"a\", \"b\", \"b\"], ~ what follows two tokens of a merge is [STRING]",
                "\"a b\", \"a b</w>\" ~ \"a b</w>\", \"a b\" ~ merge 0 is \"a b</w>\", expected \"a b\"",
                "\"a b\", \"a b</w>\" ~ \"a b\" ~ it has [1] merges, expected 2",
                "\"a b</w>\"] ~ \"a b</w>\", \"b a\"] ~ merge 2 is \"b a\", expected no more",
                "\"merges\": ~ \"other\": ~ it has [0] merges, expected 2",
                "\"vocab\": { ~ \"vocab\": [], \"other\": { ~ vocab is [BEGIN_ARRAY], expected [BEGIN_OBJECT]",
                "\"normalizer\" ~ normalizer ~ is not valid JSON",
                "]}} ~ ]} ~ is not valid JSON",
                "]}} ~ ]}}} ~ is not valid JSON"
            })
    void refusesATokenizerWithTheFirstDifference(String from, String to, String complaint) {
        Path changed = small("tokenizer.json", from, to == null ? "" : to);
        ModelsTest.assertRefused(() -> TokenizerFiles.require(changed, SMALL), "tokenizer.json", complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "vocab.json ~ \"a\": 0, \"b\": 1 ~ \"a\": 1, \"b\": 0 ~ token \"a\" has the id [1], expected [0]",
                "vocab.json ~ \"a\": 0 ~ \"a\": {} ~ a token's id is [BEGIN_OBJECT]",
                "vocab.json ~ {\"a\" ~ [{\"a\" ~ expected an object, found BEGIN_ARRAY",
                "merges.txt ~ a b</w> ~ a b ~ merge 1 is \"a b\", expected \"a b</w>\"",
                "merges.txt ~ a b ~ a  b ~ merge 0 is \"a  b\", expected \"a b\"",
                "tokenizer_config.json ~ \"eos_token\": \"<|endoftext|>\" ~ \"eos_token\": \"</s>\" ~ eos_token is \"</s>\", expected \"<|endoftext|>\"",
                "tokenizer_config.json ~ \"eos_token\": \"<|endoftext|>\" ~ \"eos_token\": [\"\\n\"] ~ eos_token is [\"\\n\"], expected",
                "tokenizer_config.json ~ \"6\" ~ \"5\" ~ token \"<|startoftext|>\" has the id [5], expected [6]",
                "tokenizer_config.json ~ \"6\" ~ \"6\\n\" ~ token \"<|startoftext|>\" has the id [6\\n], expected [6]",
                "tokenizer_config.json ~ {\"6\": {\"content\": ~ {\"6\": {\"id\": ~ a token of added_tokens_decoder is {\"id\":"
            })
    void refusesTheOtherFilesWithTheirFirstDifference(String name, String from, String to, String complaint) {
        Path changed = small(name, from, to);
        ModelsTest.assertRefused(() -> TokenizerFiles.require(changed, SMALL), name, complaint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "vocab.json", "merges.txt"})
    void refusesWhatIsNoTextOrTooLarge(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, new byte[] {'{', '"', (byte) 0xff, '"', '\n'});
        ModelsTest.assertRefused(() -> TokenizerFiles.require(folder, SMALL), name, "is not UTF-8");
        AtomicFile.writeText(file, " ".repeat((int) TokenizerFiles.LARGEST + 1));
        ModelsTest.assertRefused(() -> TokenizerFiles.require(folder, SMALL), name, "must have at most 16777216");
    }

    private Path huggingFace() {
        Path out = folder.resolve("hf");
        HuggingFaceExport.write(SmallModels.cut(), out);
        return out;
    }

    /** The files of the small tokenizer, one of them changed. */
    private Path small(String name, String from, String to) {
        AtomicFile.writeText(folder.resolve("tokenizer.json"), TOKENIZER);
        AtomicFile.writeText(folder.resolve("vocab.json"), VOCABULARY);
        AtomicFile.writeText(folder.resolve("merges.txt"), MERGES);
        AtomicFile.writeText(folder.resolve("tokenizer_config.json"), CONFIG);
        TokenizerFiles.require(folder, SMALL);
        try {
            edit(folder, name, text -> text.replace(from, to));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return folder;
    }

    private static void edit(Path folder, String name, UnaryOperator<String> change) throws IOException {
        String before = Files.readString(folder.resolve(name));
        String after = change.apply(before);
        assertNotEquals(before, after);
        AtomicFile.writeText(folder.resolve(name), after);
    }

    private static JsonArray pair(JsonElement merge) {
        JsonArray pair = new JsonArray();
        for (String part : merge.getAsString().split(" ")) {
            pair.add(part);
        }
        return pair;
    }
}
