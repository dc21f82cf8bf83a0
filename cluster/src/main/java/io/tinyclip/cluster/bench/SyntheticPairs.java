package io.tinyclip.cluster.bench;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.random.Counter;
import io.tinyclip.text.Tokenizer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Pictures of noise under captions of usual length; a picture is made once and kept. */
final class SyntheticPairs implements Dataset {
    private static final String[] COLOURS = {"red", "green", "blue", "black"};
    private static final String[] THINGS = {"house", "dog", "clock", "tree", "boat"};
    private static final String CAPTION = "a photo of a %s %s next to a small river in the summer sun";
    private static final int CHANNELS = 3;

    private final int size;
    private final Map<Integer, RgbImage> pictures = new ConcurrentHashMap<>();

    SyntheticPairs(int size) {
        this.size = size;
    }

    /** Tokens of a caption, the start and the end included; all have as many. */
    static int captionTokens(int contextLength) {
        return Tokenizer.clip().encode(caption(0), contextLength).length;
    }

    private static String caption(int index) {
        return CAPTION.formatted(COLOURS[index % COLOURS.length], THINGS[index % THINGS.length]);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String contentHash() {
        return "synthetic " + size;
    }

    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        return new Sample(pictures.computeIfAbsent(index, i -> picture(i, preprocessing.size())), caption(index));
    }

    private static RgbImage picture(int index, int side) {
        byte[] rgb = new byte[side * side * CHANNELS];
        long key = Counter.key(index);
        for (int i = 0; i < rgb.length; i += Long.BYTES) {
            long bits = Counter.bits(key, i / Long.BYTES);
            for (int j = i; j < Math.min(i + Long.BYTES, rgb.length); j++) {
                rgb[j] = (byte) bits;
                bits >>>= Byte.SIZE;
            }
        }
        return new RgbImage(side, side, rgb);
    }

    @Override
    public long identity(int index) {
        return index;
    }

    @Override
    public void forEachText(Consumer<String> text) {
        for (int i = 0; i < COLOURS.length * THINGS.length; i++) {
            text.accept(caption(i));
        }
    }

    @Override
    public void close() {}
}
