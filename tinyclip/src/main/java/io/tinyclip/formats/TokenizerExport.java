package io.tinyclip.formats;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.StrictJson;
import io.tinyclip.text.Vocabulary;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The files from which Hugging Face's CLIPTokenizer and CLIPTokenizerFast are made. */
public final class TokenizerExport {
    private static final String SPECIAL = """
            {"content": "%s", "lstrip": false, "normalized": true, "rstrip": false, "single_word": false%s}""";
    /** What the library's own converter makes of a CLIPTokenizer. */
    private static final String FAST = """
            {
              "version": "1.0",
              "truncation": null,
              "padding": null,
              "added_tokens": [
                {"id": %1$d, "content": "%2$s", "single_word": false, "lstrip": false, "rstrip": false, "normalized": true, "special": true},
                {"id": %3$d, "content": "%4$s", "single_word": false, "lstrip": false, "rstrip": false, "normalized": true, "special": true}
              ],
              "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "NFC"},
                {"type": "Replace", "pattern": {"Regex": "\\\\s+"}, "content": " "},
                {"type": "Lowercase"}
              ]},
              "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": "'s|'t|'re|'ve|'m|'ll|'d|[\\\\p{L}]+|[\\\\p{N}]|[^\\\\s\\\\p{L}\\\\p{N}]+"}, "behavior": "Removed", "invert": true},
                {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}
              ]},
              "post_processor": {"type": "RobertaProcessing", "sep": ["%4$s", %3$d], "cls": ["%2$s", %1$d], "trim_offsets": false, "add_prefix_space": false},
              "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
              "model": {
                "type": "BPE",
                "dropout": null,
                "unk_token": "%4$s",
                "continuing_subword_prefix": "",
                "end_of_word_suffix": "</w>",
                "fuse_unk": false,
                "byte_fallback": false,
                "vocab": %5$s,
                "merges": %6$s
              }
            }
            """;

    private static final String CONFIG = """
            {
              "added_tokens_decoder": {
                "%1$d": %2$s,
                "%3$d": %4$s
              },
              "bos_token": "%5$s",
              "clean_up_tokenization_spaces": false,
              "do_lower_case": true,
              "eos_token": "%6$s",
              "errors": "replace",
              "model_max_length": %7$d,
              "pad_token": "%6$s",
              "tokenizer_class": "CLIPTokenizer",
              "unk_token": "%6$s"
            }
            """;
    private static final String SPECIAL_TOKENS = """
            {
              "bos_token": %1$s,
              "eos_token": %2$s,
              "pad_token": "%3$s",
              "unk_token": %2$s
            }
            """;

    private TokenizerExport() {}

    /** Writes the files of a model's tokenizer; there are none for a vocabulary that is neither CLIP's nor cut from it. */
    public static void write(Model model, Path folder) {
        CutTable.vocabulary(model)
                .ifPresent(vocabulary -> write(vocabulary, model.shape().text().contextLength(), folder));
    }

    private static void write(Vocabulary clip, int contextLength, Path folder) {
        String start = Vocabulary.START;
        String end = Vocabulary.END;
        int endId = clip.tokens().size() - 1;
        int startId = endId - 1;
        String vocabulary = StrictJson.compact(ids(clip.tokens()));
        AtomicFile.writeText(folder.resolve(TokenizerFiles.VOCABULARY), vocabulary + "\n");
        AtomicFile.writeText(
                folder.resolve(TokenizerFiles.MERGES), "#version: 0.2\n" + String.join("\n", clip.merges()) + "\n");
        AtomicFile.writeText(
                folder.resolve(TokenizerFiles.TOKENIZER),
                String.format(Locale.ROOT, FAST, startId, start, endId, end, vocabulary, array(clip.merges())));
        AtomicFile.writeText(
                folder.resolve(TokenizerFiles.CONFIG),
                String.format(
                        Locale.ROOT,
                        CONFIG,
                        startId,
                        SPECIAL.formatted(start, ", \"special\": true"),
                        endId,
                        SPECIAL.formatted(end, ", \"special\": true"),
                        start,
                        end,
                        contextLength));
        AtomicFile.writeText(
                folder.resolve(TokenizerFiles.SPECIAL_TOKENS),
                String.format(
                        Locale.ROOT, SPECIAL_TOKENS, SPECIAL.formatted(start, ""), SPECIAL.formatted(end, ""), end));
    }

    private static JsonObject ids(List<String> tokens) {
        JsonObject ids = new JsonObject();
        tokens.forEach(token -> ids.addProperty(token, ids.size()));
        return ids;
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray(texts.size());
        texts.forEach(array::add);
        return array;
    }
}
