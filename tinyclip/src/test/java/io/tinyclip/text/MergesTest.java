package io.tinyclip.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MergesTest {
    private static final Merges MERGES = Merges.load();

    @Test
    void splitsLikeRepeatedScansOfTheWord() {
        Random random = new Random(20);
        for (int i = 0; i < 20_000; i++) {
            byte[] word = i % 4 == 0 ? anyBytes(random) : letters(random, 1 + random.nextInt(40), "etaoinshrdlu");
            assertArrayEquals(plain(word), MERGES.split(word), () -> Arrays.toString(word));
        }
    }

    @Test
    void joinsEqualNeighboursFromTheLeft() {
        for (int length = 1; length < 70; length++) {
            byte[] word = "a".repeat(length).getBytes(StandardCharsets.US_ASCII);
            assertArrayEquals(plain(word), MERGES.split(word));
        }
    }

    /** By scans for each merge this word takes minutes. */
    @Test
    void splitsAWordOfManyLettersInLittleTime() {
        byte[] word = letters(new Random(20), 200_000, "abcdefghijklmnopqrstuvwxyz");
        long start = System.nanoTime();
        int[] ids = MERGES.split(word);
        assertTrue(System.nanoTime() - start < 5_000_000_000L);
        assertTrue(ids.length < word.length);
    }

    private static byte[] anyBytes(Random random) {
        byte[] word = new byte[1 + random.nextInt(24)];
        random.nextBytes(word);
        return word;
    }

    private static byte[] letters(Random random, int length, String alphabet) {
        byte[] word = new byte[length];
        for (int i = 0; i < length; i++) {
            word[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        }
        return word;
    }

    /** The definition: look for the earliest learned merge in the whole word, join all its pairs from the left, repeat. */
    private static int[] plain(byte[] word) {
        int[] ids = MERGES.bytes(word);
        int size = ids.length;
        for (int best = earliest(ids, size); best != Merges.NONE; best = earliest(ids, size)) {
            int to = 0;
            for (int from = 0; from < size; from++) {
                boolean joins = from + 1 < size && MERGES.merge(ids[from], ids[from + 1]) == best;
                ids[to++] = joins ? best : ids[from];
                from += joins ? 1 : 0;
            }
            size = to;
        }
        return Arrays.copyOf(ids, size);
    }

    private static int earliest(int[] ids, int size) {
        int best = Merges.NONE;
        for (int i = 1; i < size; i++) {
            best = Math.min(best, MERGES.merge(ids[i - 1], ids[i]));
        }
        return best;
    }
}
