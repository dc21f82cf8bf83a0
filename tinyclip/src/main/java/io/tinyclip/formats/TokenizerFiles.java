package io.tinyclip.formats;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.files.JsonFields;
import io.tinyclip.files.StrictJson;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.TextTower;
import io.tinyclip.text.Tokenizer;
import io.tinyclip.text.Vocabulary;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokenizer's files beside a model of another library. Texts are cut up by our tokenizer whatever these files say, so
 * they must say the same: the id of each token, the order of merges, the start and end tokens.
 */
public final class TokenizerFiles {
    static final String TOKENIZER = "tokenizer.json";
    static final String VOCABULARY = "vocab.json";
    static final String MERGES = "merges.txt";
    static final String CONFIG = "tokenizer_config.json";
    static final String SPECIAL_TOKENS = "special_tokens_map.json";

    /** Bytes; four times the file with a line for each part of each merge. */
    static final long LARGEST = 1L << 24;

    private static final List<String> ALL = List.of(CONFIG, SPECIAL_TOKENS, TOKENIZER, VOCABULARY, MERGES);

    private TokenizerFiles() {}

    /**
     * Refuses a folder whose tokenizer is not CLIP's. A model of another vocabulary than CLIP's cannot take texts, so what
     * lies beside it does not matter.
     *
     * @param config a file of the folder
     */
    static void requireClips(Path config, TextTower text) {
        Path folder = config.resolveSibling("");
        if (text.vocabulary() == Tokenizer.VOCABULARY
                && ALL.stream().map(folder::resolve).anyMatch(Files::isRegularFile)) {
            require(folder, Vocabulary.clip());
        }
    }

    /**
     * Compares all files of a tokenizer that a folder has.
     *
     * @param expected of at most some hundred thousand tokens
     * @throws InvalidInputException naming file, the first difference and the remedy, or what is damaged
     */
    public static void require(Path folder, Vocabulary expected) {
        Map<String, Integer> ids = new HashMap<>();
        expected.tokens().forEach(token -> ids.put(token, ids.size()));
        for (String name : ALL) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                require(name, new TokenizerComparison(file, expected, ids));
            }
        }
    }

    private static void require(String name, TokenizerComparison comparison) {
        switch (name) {
            case TOKENIZER -> TokenizerJson.tokenizer(comparison);
            case VOCABULARY -> TokenizerJson.vocabulary(comparison);
            case MERGES -> merges(comparison);
            default -> specialTokens(comparison);
        }
    }

    /** After a line that the library skips whatever it says; lines after the last merge it does not read either. */
    private static void merges(TokenizerComparison comparison) {
        Path file = comparison.file();
        try {
            if (Files.size(file) > LARGEST) {
                throw new InvalidInputException(
                        "[" + file + "] has [" + Files.size(file) + "] bytes; it must have at most " + LARGEST);
            }
            String text = Files.readString(file);
            text.lines().skip(1).limit(comparison.mergesExpected()).forEach(comparison::merge);
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("[" + file + "] is not UTF-8", e);
        } catch (IOException e) {
            throw new InvalidInputException("cannot read [" + file + "]: " + e + "; check the path", e);
        }
        comparison.requireAllMerges();
    }

    private static void specialTokens(TokenizerComparison comparison) {
        Path file = comparison.file();
        LibraryConfig config = new LibraryConfig(new JsonFields(StrictJson.read(file), file.toString()));
        config.find("bos_token").ifPresent(token -> requireToken(comparison, "bos_token", token, Vocabulary.START));
        config.find("eos_token").ifPresent(token -> requireToken(comparison, "eos_token", token, Vocabulary.END));
        JsonObject added = config.object("added_tokens_decoder").fields().object();
        for (Map.Entry<String, JsonElement> token : added.entrySet()) {
            JsonElement content = content(token.getValue());
            if (!(content instanceof JsonPrimitive text && text.isString())) {
                throw comparison.different(
                        "a token of added_tokens_decoder is " + TokenizerComparison.shortened(content.toString()),
                        "a string as its content");
            }
            comparison.token(text.getAsString(), token.getKey());
        }
    }

    private static void requireToken(TokenizerComparison comparison, String key, JsonElement found, String expected) {
        if (!new JsonPrimitive(expected).equals(content(found))) {
            throw comparison.different(
                    key + " is " + TokenizerComparison.shortened(content(found).toString()),
                    TokenizerComparison.quoted(expected));
        }
    }

    /** A token is written as a string, or as an object that has it. */
    private static JsonElement content(JsonElement token) {
        return token instanceof JsonObject object && object.has("content") ? object.get("content") : token;
    }
}
