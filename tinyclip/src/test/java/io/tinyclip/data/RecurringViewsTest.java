package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.source.PairSource;
import io.tinyclip.image.Preprocessing;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views that are the same in every run over the same samples. */
final class RecurringViewsTest {
    private static final int VIEWS = 3;
    private static final Preprocessing SMALL = Preprocessing.clip(16);

    @TempDir
    private Path folder;

    private Path one;
    private Path two;

    @BeforeEach
    void writeTars() {
        one = tar("one.tar", 0, 4);
        two = tar("two.tar", 4, 5);
    }

    @Test
    void aSampleHasAsManyViewsAsAreAskedForWhateverTheSeed() {
        RecurringViews data = open(one.toString());
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 40; seed++) {
            Sampler sampler = new Sampler(data, seed, 2, 1000);
            for (long step = 0; step < 4; step++) {
                int index = sampler.index(step, 1);
                long key = sampler.viewKey(step, 1);
                Sample view = data.view(index, key, SMALL);
                assertSame(data.numbered(index, data.number(key), SMALL), view);
                seen.add(index + " " + data.number(key));
            }
        }
        assertEquals(VIEWS * 4, seen.size());
    }

    @Test
    void viewsBelongToTheSampleAndNotToItsPlaceAmongOthers() throws IOException {
        RecurringViews alone = open(two.toString());
        Path moved =
                Files.copy(two, Files.createDirectories(folder.resolve("else")).resolve("moved.tar"));
        RecurringViews behind = open(one + "::" + moved);
        assertEquals(9, behind.size());
        for (int sample = 0; sample < 5; sample++) {
            assertEquals(alone.content(sample), behind.content(4 + sample));
            for (int view = 0; view < VIEWS; view++) {
                assertSame(alone.numbered(sample, view, SMALL), behind.numbered(4 + sample, view, SMALL));
            }
        }
        assertNotEquals(alone.content(0).hash(), behind.content(0).hash());
    }

    /** A pair of weight 2 is two pairs, of which the first is that of weight 1. */
    @Test
    void aCopyInAMixtureHasANameOfItsOwn() {
        PairSource source = new PairSource("data", WebDataset.Opening.USUAL);
        Dataset mixed = source.open(one + "::" + two, "1::2");
        RecurringViews views = new RecurringViews(mixed, VIEWS);
        RecurringViews alone = open(two.toString());
        assertEquals(14, mixed.size());
        Set<String> names = new TreeSet<>();
        for (int index = 0; index < mixed.size(); index++) {
            SampleContent content = mixed.content(index);
            names.add(content.hash() + content.place());
            assertEquals(content.hash(), mixed.content(index - content.place()).hash());
        }
        assertEquals(14, names.size());
        assertEquals(alone.content(1), mixed.content(5));
        assertSame(alone.numbered(1, 2, SMALL), views.numbered(5, 2, SMALL));
    }

    @Test
    void picturesDecodedAtAReducedScaleAreOthers() {
        WebDataset whole = WebDataset.open(one.toString(), "data");
        assertNotEquals(
                whole.content(1).hash(), whole.atReducedScale().content(1).hash());
        assertEquals(1, whole.atReducedScale().content(1).place());
    }

    /** Tables and folders have no shards: they are called by all that is in them. */
    @Test
    void pairsOfATableAreCalledByTheWholeTable() throws IOException {
        Files.write(folder.resolve("a.png"), picture(1));
        Files.write(folder.resolve("b.png"), picture(2));
        Path table = Files.writeString(folder.resolve("t.csv"), "filepath,title\na.png,one\nb.png,two\n");
        Dataset pairs = new PairSource("data", WebDataset.Opening.USUAL).open(table.toString());
        assertEquals(new SampleContent(pairs.contentHash(), 1, 2), pairs.content(1));
        RecurringViews views = new RecurringViews(pairs, VIEWS);
        assertSame(views.numbered(1, 0, SMALL), views.numbered(1, 0, SMALL));
        assertFalse(same(views.numbered(1, 0, SMALL), views.numbered(1, 1, SMALL)));
    }

    @Test
    void everythingElseIsThatOfThePairs() {
        WebDataset pairs = WebDataset.open(one + "::" + two, "data");
        RecurringViews views = new RecurringViews(pairs, VIEWS);
        assertEquals(pairs.contentHash(), views.contentHash());
        assertEquals(pairs.label(6), views.label(6));
        assertEquals(pairs.identity(6), views.identity(6));
        assertArrayEquals(pairs.shards(), views.shards());
        assertTrue(views.knownAs(pairs.contentHash()) instanceof RecurringViews);
    }

    /** Read together or one by one. */
    @Test
    void viewsThatAreReadTogetherAreTheSame() {
        RecurringViews data = open(one + "::" + two);
        Views together = data.gather(new int[] {7, 2, 3});
        for (int index : new int[] {2, 3, 7}) {
            assertSame(data.view(index, 11, SMALL), together.view(index, 11, SMALL));
        }
    }

    private static RecurringViews open(String pattern) {
        return new RecurringViews(WebDataset.open(pattern, "data"), VIEWS);
    }

    private static void assertSame(Sample expected, Sample found) {
        assertTrue(same(expected, found));
    }

    private static boolean same(Sample left, Sample right) {
        return List.of(left.caption()).equals(List.of(right.caption()))
                && Arrays.equals(left.image().rgb(), right.image().rgb());
    }

    private Path tar(String name, int first, int pairs) {
        Path path = folder.resolve(name);
        try (TarWriter tar = new TarWriter(path)) {
            for (int pair = first; pair < first + pairs; pair++) {
                tar.add(pair + ".png", picture(pair)).add(pair + ".txt", "picture " + pair);
            }
        }
        return Tars.settle(path);
    }

    /** Whose crops all differ. */
    private static byte[] picture(int number) {
        BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 48; y++) {
            for (int x = 0; x < 64; x++) {
                image.setRGB(x, y, x * 4 << 16 | y * 5 << 8 | number * 20);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
