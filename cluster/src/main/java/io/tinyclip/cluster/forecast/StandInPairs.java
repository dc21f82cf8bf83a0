package io.tinyclip.cluster.forecast;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sample;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.random.Counter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/**
 * Pairs that stand in for those that are not here: JPEGs of a usual size, decoded whenever a view is asked for, under captions of
 * usual length. What reading from a disk or a store costs is not in them.
 */
final class StandInPairs implements Dataset {
    private static final int PICTURES = 16;
    private static final int WIDTH = 500;
    private static final int HEIGHT = 375;
    /** Side of a square of one colour: smooth enough to compress as a photo does. */
    private static final int SQUARE = 25;

    private static final int COLOURS = 0xffffff;

    private final int size;
    private final List<byte[]> files = new ArrayList<>();

    StandInPairs(int size) {
        this.size = size;
        for (int i = 0; i < PICTURES; i++) {
            files.add(picture(i));
        }
    }

    private static byte[] picture(int number) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        long key = Counter.key(number);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.setRGB(x, y, (int) Counter.bits(key, (long) (y / SQUARE) * WIDTH + x / SQUARE) & COLOURS);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static String caption(int index) {
        return "a photo of house number " + index + " next to a small river in the summer sun";
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String contentHash() {
        return "stand-in " + size;
    }

    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        String name = "picture " + index % PICTURES;
        return new Sample(preprocessing.training(files.get(index % PICTURES), name, key, false), caption(index));
    }

    @Override
    public long identity(int index) {
        return index;
    }

    @Override
    public void forEachText(Consumer<String> text) {
        for (int i = 0; i < size; i++) {
            text.accept(caption(i));
        }
    }

    @Override
    public void close() {}
}
