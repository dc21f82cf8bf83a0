package io.tinyclip.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenizerTest {
    private static final int CONTEXT = 77;
    private static final Tokenizer TOKENIZER = Tokenizer.clip();

    /** A text and the ids that another tokenizer gave for it, perhaps padded with zeros. */
    private record Expected(String text, int[] ids) {}

    @ParameterizedTest
    @ValueSource(strings = {"openai-tokens.json", "reference-tokens.json"})
    void givesTheIdsOfTheReference(String resource) throws IOException {
        for (Expected expected : read(resource)) {
            int[] ids = TOKENIZER.encode(expected.text(), CONTEXT);
            int end = ids.length;
            assertArrayEquals(Arrays.copyOf(expected.ids(), end), ids, expected.text());
            assertFalse(Arrays.stream(expected.ids()).skip(end).anyMatch(id -> id != 0), expected.text());
        }
    }

    @Test
    void hasTheVocabularyOfClip() {
        assertEquals(49408, TOKENIZER.vocabulary());
        assertArrayEquals(
                new int[] {49406, 320, 1125, 539, 320, 2368, 49407}, TOKENIZER.encode("a photo of a cat", CONTEXT));
    }

    @Test
    void keepsTheEndTokenLastWhenATextIsTooLong() {
        int[] whole = TOKENIZER.encode("a photo of a cat", CONTEXT);
        int[] cut = TOKENIZER.encode("a photo of a cat", 4);
        assertArrayEquals(new int[] {whole[0], whole[1], whole[2], Tokenizer.END}, cut);
        assertArrayEquals(whole, TOKENIZER.encode("a photo of a cat", whole.length));
    }

    @Test
    void givesStartAndEndForAnEmptyText() {
        assertArrayEquals(new int[] {Tokenizer.START, Tokenizer.END}, TOKENIZER.encode(" \n ", CONTEXT));
    }

    @ParameterizedTest
    @CsvSource({
        "'A  PHOTO\tof a\u00a0Cat ', a photo of a cat",
        "fish &amp;amp; chips, fish & chips",
        "don't, don 't",
        "naïve 日本語 😀, naïve 日本語 😀"
    })
    void decodesToTheCleanedWords(String text, String words) {
        assertEquals(words, TOKENIZER.decode(TOKENIZER.encode(text, CONTEXT)));
    }

    @Test
    void refusesToDecodeWhatIsNoToken() {
        assertThrows(IllegalArgumentException.class, () -> TOKENIZER.decode(new int[] {49408}));
    }

    @Test
    void mergesAVeryLongWordInReasonableTime() {
        int[] ids = TOKENIZER.encode("abcdefghij".repeat(20_000), CONTEXT);
        assertEquals(CONTEXT, ids.length);
        assertEquals(Tokenizer.END, ids[CONTEXT - 1]);
    }

    private static Expected[] read(String resource) throws IOException {
        try (Reader reader =
                new InputStreamReader(TokenizerTest.class.getResourceAsStream(resource), StandardCharsets.UTF_8)) {
            return new Gson().fromJson(reader, Expected[].class);
        }
    }
}
