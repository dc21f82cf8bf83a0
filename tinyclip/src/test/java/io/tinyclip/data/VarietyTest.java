package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Data that cannot teach is refused. */
class VarietyTest {
    private static final int BAD = -1;

    /** @param picture shade of each pair's, or {@link #BAD}. @param caption number of each pair's */
    private static final class Pairs implements Dataset {
        private final int size;
        private final IntUnaryOperator picture;
        private final IntUnaryOperator caption;
        private int looks;

        Pairs(int size, IntUnaryOperator picture, IntUnaryOperator caption) {
            this.size = size;
            this.picture = picture;
            this.caption = caption;
        }

        @Override
        public Sample view(int index, long key, Preprocessing preprocessing) {
            looks++;
            int shade = picture.applyAsInt(index);
            if (shade == BAD) {
                throw new BadPictureException("is torn");
            }
            byte[] rgb = {(byte) shade, 0, 0};
            return new Sample(new RgbImage(1, 1, rgb), "caption " + caption.applyAsInt(index));
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public String contentHash() {
            return "pairs";
        }

        @Override
        public long identity(int index) {
            return index;
        }

        @Override
        public void forEachText(Consumer<String> text) {}

        @Override
        public void close() {}
    }

    @Test
    void twoPairsThatDifferAreEnoughWhateverTheSize() {
        Pairs pairs = new Pairs(1_000_000, i -> i % 7, i -> i);
        assertDoesNotThrow(() -> Variety.require(pairs, "data"));
        assertTrue(pairs.looks <= 4, pairs.looks + " looks");
        assertDoesNotThrow(() -> Variety.require(new Pairs(2, i -> i, i -> i), "data"));
        // Half of them torn, and only the last differs.
        assertDoesNotThrow(() -> Variety.require(new Pairs(40, i -> i % 2 == 0 ? BAD : i / 39, i -> i / 39), "data"));
    }

    @Test
    void whatCannotTeachIsRefused() {
        assertEquals(
                "data is one pair, from which nothing can be learned; give pairs that differ from each other",
                refusal(new Pairs(1, i -> i, i -> i)));
        assertTrue(refusal(new Pairs(500, i -> 3, i -> i)).startsWith("data has among [64] pairs one picture,"));
        assertTrue(refusal(new Pairs(500, i -> i % 100, i -> 7))
                .startsWith("data has among [64] pairs one caption, [caption 7],"));
        assertTrue(refusal(new Pairs(30, i -> BAD, i -> i))
                .startsWith("data has among [30] pairs no picture that can be used,"));
    }

    private static String refusal(Dataset data) {
        return String.valueOf(assertThrows(InvalidInputException.class, () -> Variety.require(data, "data"))
                .getMessage());
    }
}
