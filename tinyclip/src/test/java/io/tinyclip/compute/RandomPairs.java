package io.tinyclip.compute;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.hash.Sha256;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.TokenRows;
import io.tinyclip.random.Counter;
import io.tinyclip.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/** Random pictures under two random words. */
final class RandomPairs implements Dataset {
    private static final String[] WORDS = {"red", "icon", "clock", "blue", "arrow", "house"};

    /** Rows of the words' tokens. */
    TokenRows rows(int contextLength) {
        BitSet tokens = new BitSet();
        forEachText(text -> {
            for (int token : Tokenizer.clip().encode(text, contextLength)) {
                tokens.set(token);
            }
        });
        return TokenRows.of(tokens, Tokenizer.clip().vocabulary());
    }

    @Override
    public int size() {
        return 40;
    }

    @Override
    public String contentHash() {
        return Sha256.hex("words".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        int imageSize = preprocessing.size();
        byte[] rgb = new byte[imageSize * imageSize * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Counter.bits(key, i);
        }
        return new Sample(
                new RgbImage(imageSize, imageSize, rgb),
                WORDS[index % WORDS.length] + " " + WORDS[Counter.below(key, 0, WORDS.length)]);
    }

    @Override
    public long identity(int index) {
        return index % WORDS.length;
    }

    @Override
    public void forEachText(Consumer<String> text) {
        List.of(WORDS).forEach(text);
    }

    @Override
    public void close() {}
}
