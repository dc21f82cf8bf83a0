package io.tinyclip.evaluate;

import io.tinyclip.data.icons.Icon;
import io.tinyclip.data.icons.IconCaption;
import io.tinyclip.data.icons.IconPicture;
import io.tinyclip.data.icons.IconSet;
import io.tinyclip.image.RgbImage;
import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What can be had without learning: the training icons whose 16 x 16 pixels are nearest (Euclidean distance) lend what
 * they are called.
 *
 * <p>Names: shapes are compared, as coverage without colours, and the names of the nearest training icons are the
 * answers in order, each name once; as for a model, only names of the list to choose from count. Captions: every
 * training icon is painted once in random colours, as the pictures asked about are; the nearest ten lend their
 * captions, and the captions to choose from are ranked by what they share with those ({@link WordOverlap}), a nearer
 * neighbour counting more. So it can read colours well and names now and then.
 */
final class PixelBaseline {
    /** Pixels along a side of what is compared. */
    static final int SIDE = 16;

    private static final long SEED = 8_117L;
    private static final int NEIGHBOURS = 10;
    private static final int PIXELS = SIDE * SIDE;
    private static final int CHANNELS = 3 * PIXELS;
    private static final int BYTE = 0xFF;

    private final IconSet train;

    PixelBaseline(IconSet train) {
        this.train = train;
    }

    /**
     * For each icon how many other names training icons nearer than the nearest of its own name have; the largest
     * integer where no training icon has its name.
     *
     * @param asked the icons; their names are what there is to choose from
     */
    int[] nameRanks(IconSet asked) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        int[] wanted = ids(asked, ids);
        IconSet known = train.only(icon -> ids.containsKey(icon.name()));
        int[] nameOfIcon = ids(known, ids);
        int[] ranks = new int[asked.icons().size()];
        nearness(shapes(known), PIXELS, shapes(asked), (row, nearness) -> {
            float[] ofName = new float[ids.size()];
            Arrays.fill(ofName, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < nameOfIcon.length; i++) {
                ofName[nameOfIcon[i]] = Math.max(ofName[nameOfIcon[i]], nearness[i]);
            }
            int own = wanted[row];
            ranks[row] = ofName[own] == Float.NEGATIVE_INFINITY
                    ? Integer.MAX_VALUE
                    : Retrieval.rank(ofName, ofName.length, new int[] {own});
        });
        return ranks;
    }

    /**
     * For each picture how many other captions come before or with its own.
     *
     * @param pictures each {@link #SIDE} pixels along a side
     * @param captions of the pictures, in their order; also what there is to choose from
     */
    int[] captionRanks(List<RgbImage> pictures, List<String> captions) {
        List<RgbImage> painted = new ArrayList<>();
        List<String> lent = new ArrayList<>();
        for (int i = 0; i < train.icons().size(); i++) {
            Icon icon = train.icons().get(i);
            IconPicture picture = IconPicture.centered(train, i, Counter.key(SEED, i), SIDE);
            painted.add(picture.image());
            lent.add(IconCaption.full(icon.name(), picture.foreground(), picture.background()));
        }
        WordOverlap overlap = new WordOverlap(captions);
        int[] ranks = new int[pictures.size()];
        nearness(colors(painted), CHANNELS, colors(pictures), (row, nearness) -> {
            float[] scores = new float[captions.size()];
            int[] nearest = largest(nearness, Math.min(NEIGHBOURS, lent.size()));
            for (int n = 0; n < nearest.length; n++) {
                overlap.addTo(scores, lent.get(nearest[n]), 1f / (n + 1));
            }
            ranks[row] = Retrieval.rank(scores, scores.length, new int[] {row});
        });
        return ranks;
    }

    /** For each icon the number of its name; a name not seen before gets the next one. */
    private static int[] ids(IconSet icons, Map<String, Integer> ids) {
        return icons.icons().stream()
                .mapToInt(icon -> ids.computeIfAbsent(icon.name(), name -> ids.size()))
                .toArray();
    }

    /**
     * For each row of {@code asked} how near each of {@code known} is: half its squared length less half the squared
     * distance.
     */
    private static void nearness(float[] known, int channels, float[] asked, Products.RowConsumer consumer) {
        int count = known.length / channels;
        float[] halfSquares = new float[count];
        for (int i = 0; i < known.length; i++) {
            halfSquares[i / channels] += known[i] * known[i] / 2;
        }
        new Products(known, count, channels).forEachRow(asked, (row, products) -> {
            float[] nearness = new float[count];
            for (int i = 0; i < count; i++) {
                nearness[i] = products[i] - halfSquares[i];
            }
            consumer.accept(row, nearness);
        });
    }

    /** Indices of the largest values, the largest first, the lower index first where they are equal. */
    private static int[] largest(float[] values, int count) {
        int[] largest = new int[count];
        int found = 0;
        for (int i = 0; i < values.length; i++) {
            int at = found;
            while (at > 0 && values[i] > values[largest[at - 1]]) {
                at--;
            }
            if (at < count) {
                found = Math.min(count, found + 1);
                System.arraycopy(largest, at, largest, at + 1, found - at - 1);
                largest[at] = i;
            }
        }
        return largest;
    }

    private static float[] shapes(IconSet icons) {
        float[] shapes = new float[icons.icons().size() * PIXELS];
        for (int i = 0; i < icons.icons().size(); i++) {
            System.arraycopy(icons.coverageAt(i, SIDE), 0, shapes, i * PIXELS, PIXELS);
        }
        return shapes;
    }

    private static float[] colors(List<RgbImage> pictures) {
        float[] colors = new float[pictures.size() * CHANNELS];
        for (int i = 0; i < colors.length; i++) {
            colors[i] = pictures.get(i / CHANNELS).rgb()[i % CHANNELS] & BYTE;
        }
        return colors;
    }
}
