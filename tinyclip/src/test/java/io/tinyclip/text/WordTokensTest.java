package io.tinyclip.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WordTokensTest {
    private final Merges merges = Merges.load();

    @Test
    void aWordHasItsTokensWhetherTheyAreKnownOrNot() {
        WordTokens words = new WordTokens(merges);
        for (String word : new String[] {"bicycle", "fahrrad", "bicycle", "\u00e9t\u00e9", "x".repeat(300)}) {
            assertArrayEquals(merges.split(word.getBytes(StandardCharsets.UTF_8)), words.of(word));
        }
        assertSame(words.of("bicycle"), words.of("bicycle"));
    }

    /** Texts of strangers cannot fill the memory. */
    @Test
    void longWordsAndOnesBeyondTheMostAreNotKept() {
        WordTokens words = new WordTokens(merges);
        words.of("a".repeat(25));
        assertEquals(0, words.kept());
        for (int i = 0; i < 70_000; i++) {
            words.of("w" + i);
        }
        assertEquals(65_536, words.kept());
    }
}
