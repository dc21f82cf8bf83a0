package io.tinyclip.cluster.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OccurringTokensTest {
    private static final int LENGTH = 7;

    @TempDir
    Path cache;

    private final Texts texts = new Texts(IntStream.range(0, 40_000)
            .mapToObj(i -> "the thing number " + i + " and more words than fit")
            .toList());

    @Test
    void findsWhatEachTextHolds() {
        BitSet expected = new BitSet();
        texts.texts.forEach(text -> {
            for (int token : Tokenizer.clip().encode(text, LENGTH)) {
                expected.set(token);
            }
        });
        assertEquals(expected, new OccurringTokens(cache).of(texts, LENGTH));
        assertEquals(expected, new OccurringTokens(cache, 1).of(texts, LENGTH));
    }

    @Test
    void readsTheTextsOfManyPairsOnce() {
        OccurringTokens occurring = new OccurringTokens(cache, 1);
        BitSet found = occurring.of(texts, LENGTH);
        assertEquals(found, occurring.of(texts, LENGTH));
        assertEquals(1, texts.read);
        assertTrue(!found.equals(occurring.of(texts, LENGTH + 3)), "a longer context holds more");
        assertEquals(2, texts.read);
    }

    @Test
    void readsThemAgainWhereWhatWasKeptIsDamaged() throws IOException {
        OccurringTokens occurring = new OccurringTokens(cache, 1);
        BitSet found = occurring.of(texts, LENGTH);
        try (Stream<Path> kept = Files.list(cache.resolve("tokens"))) {
            Path file = kept.findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[100] ^= 1;
            Files.write(file, bytes);
        }
        assertEquals(found, occurring.of(texts, LENGTH));
        assertEquals(2, texts.read);
    }

    @Test
    void goesOnWhereNothingCanBeKept() throws IOException {
        Path file = Files.createFile(cache.resolve("file"));
        assertTrue(new OccurringTokens(file, 1).of(texts, LENGTH).cardinality() > 2);
    }

    /** Counts how often its texts are read. */
    private static final class Texts implements Dataset {
        private final List<String> texts;
        private int read;

        Texts(List<String> texts) {
            this.texts = texts;
        }

        @Override
        public int size() {
            return texts.size();
        }

        @Override
        public String contentHash() {
            return "content";
        }

        @Override
        public Sample view(int index, long key, Preprocessing preprocessing) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long identity(int index) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void forEachText(Consumer<String> text) {
            read++;
            texts.forEach(text);
        }

        @Override
        public void close() {}
    }
}
