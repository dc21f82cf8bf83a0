package io.tinyclip.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.google.gson.Gson;
import io.tinyclip.text.repair.TextRepair;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

    @Test
    void givesTheIdsOfOpenAi() throws IOException {
        for (Expected expected : read("openai-tokens.json")) {
            int[] ids = TOKENIZER.encode(expected.text(), CONTEXT);
            int end = ids.length;
            assertArrayEquals(Arrays.copyOf(expected.ids(), end), ids, expected.text());
            assertFalse(Arrays.stream(expected.ids()).skip(end).anyMatch(id -> id != 0), expected.text());
        }
    }

    /** From scripts/reference/tokens.py: the text's own ids, or up to the end token of what was cut off. */
    @Test
    void givesTheIdsOfOpenClipForAThousandAwkwardTexts() throws IOException {
        Expected[] examples = read("reference-tokens.json");
        assertEquals(1000, examples.length);
        for (Expected expected : examples) {
            boolean cut = expected.ids().length == CONTEXT - 1;
            int[] ids = Arrays.copyOf(expected.ids(), expected.ids().length + (cut ? 1 : 2));
            System.arraycopy(expected.ids(), 0, ids, 1, expected.ids().length);
            ids[0] = Tokenizer.START;
            ids[ids.length - 1] = Tokenizer.END;
            assertArrayEquals(ids, TOKENIZER.encode(expected.text(), CONTEXT), expected.text());
        }
    }

    @Test
    void cutsOffAtAnyContextLength() {
        for (int length : new int[] {2, 16, 32, 248}) {
            int[] ids = TOKENIZER.encode("cat ".repeat(300), length);
            assertEquals(length, ids.length);
            assertEquals(Tokenizer.END, ids[length - 1]);
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
        "sch\u00c3\u00b6n, sch\u00f6n",
        "\u00e2\u20ac\u0153so\u00e2\u20ac\u009d, \"so\"",
        "\uff37\uff49\uff44\uff45 \ufb01t, Wide fit",
        "P&EACUTE;REZ, P\u00c9REZ",
        "voil\u00c3 le \u00e9t\u00e9, voil\u00e0 le \u00e9t\u00e9",
        "\u00c3\u00bc and &lt;, \u00fc and <"
    })
    void mendsBrokenText(String broken, String meant) {
        assertEquals(meant, TextRepair.repair(broken));
    }

    @Test
    void keepsReferencesInWhatMayBeHtml() {
        assertEquals("& <b>&lt;</b>", TextRepair.repair("& <b>&lt;</b>"));
        assertEquals("<\n<b>\n&lt;", TextRepair.repair("&lt;\n<b>\n&lt;"));
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

    /** Quantifiers over groups recurse in the JDK's expressions; none may over such a text. */
    @Test
    void mendsAVeryLongTextWithoutRecursion() {
        String broken = "\u00e2\u20ac\u2122\u00c3\u00a9".repeat(50_000) + "\u4e2d\u001b[" + "1;".repeat(100_000) + "m";
        assertEquals("'\u00e9", TextRepair.repair(broken).substring(0, 2));
        assertEquals(CONTEXT, TOKENIZER.encode(broken, CONTEXT).length);
    }

    /** Each lays bare one more reference, or broken character, whenever one is replaced; the last sorts its marks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "&,amp;,",
                "&,#38;,",
                "\u00e9&,amp;,",
                ",\u00c2,\u00a9",
                "\u4e2d,\u00c2,\u00a9",
                "a,\u0301\u0316,"
            })
    void cleansAHostileTextInBoundedTime(String hostile) {
        String[] parts = hostile.split(",", -1);
        for (int times : new int[] {1_000, 100_000}) {
            String text = parts[0] + parts[1].repeat(times) + parts[2];
            assertTimeout(Duration.ofSeconds(5), () -> TOKENIZER.encode(text, CONTEXT));
        }
    }

    @Test
    void replacesNestedReferencesToTheLast() {
        assertArrayEquals(
                TOKENIZER.encode("cat & dog", CONTEXT),
                TOKENIZER.encode("cat &" + "amp;".repeat(100) + " dog", CONTEXT));
        assertEquals("\u00a9", TextRepair.repair("\u00c2".repeat(300) + "\u00a9"));
    }

    @Test
    void cutsATextBeforeCleaningIt() {
        String spaces = " ".repeat(Cleaning.MOST - 4);
        assertEquals("cat", Cleaning.clean(spaces + "cat dog"));
        assertEquals("cat", Cleaning.clean(spaces + "cat\ud83d\ude00"), "half a character is no character");
        assertEquals("cat\ud83d\ude00", Cleaning.clean(spaces.substring(1) + "cat\ud83d\ude00"));
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
