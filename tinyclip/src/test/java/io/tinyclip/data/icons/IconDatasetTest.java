package io.tinyclip.data.icons;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.Sample;
import io.tinyclip.image.Preprocessing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IconDatasetTest {
    private static final int LIMIT = 200;
    private static final int SIZE = 32;

    @TempDir
    static Path folder;

    private static IconSet icons;
    private static IconDataset dataset;

    @BeforeAll
    static void draw() {
        icons = new IconCache(folder).open(IconCatalog.TRAIN, LIMIT, (done, total) -> {});
        dataset = new IconDataset(icons);
    }

    @Test
    void aKeyDecidesEveryByteOfAView() {
        Sample first = dataset.view(7, 42, Preprocessing.clip(SIZE));
        Sample again = new IconDataset(icons).view(7, 42, Preprocessing.clip(SIZE));
        assertArrayEquals(first.image().rgb(), again.image().rgb());
        assertEquals(first.caption(), again.caption());
        assertFalse(Arrays.equals(
                first.image().rgb(),
                dataset.view(7, 43, Preprocessing.clip(SIZE)).image().rgb()));
    }

    @Test
    void keysThatEqualTheIndexStillGiveManyColours() {
        Set<Integer> corners = new TreeSet<>();
        for (int i = 0; i < LIMIT; i++) {
            byte[] rgb = dataset.view(i, i, Preprocessing.clip(SIZE)).image().rgb();
            corners.add(rgb[0] << 16 ^ rgb[1] << 8 ^ rgb[2]);
        }
        assertTrue(corners.size() > LIMIT / 2, corners.size() + " backgrounds in " + LIMIT + " views");
    }

    @Test
    void captionsSayWhatIsDrawn() {
        for (int i = 0; i < LIMIT; i++) {
            String caption = dataset.view(i, i, Preprocessing.clip(SIZE)).caption();
            assertTrue(caption.contains(icons.icons().get(i).name()), caption);
        }
    }

    @Test
    void colorsOfAPictureAreThoseItsWordsSay() {
        for (int i = 0; i < LIMIT; i++) {
            IconPicture picture = IconPicture.centered(icons, i, i, SIZE);
            Palette.Pair pair = Palette.pairs().stream()
                    .filter(p -> p.foreground().name().equals(picture.foreground())
                            && p.background().name().equals(picture.background()))
                    .findFirst()
                    .orElseThrow();
            byte[] rgb = picture.image().rgb();
            float[] coverage = Placement.CENTERED.resample(icons.coverage().get(i), icons.size(), SIZE);
            for (int pixel = 0; pixel < coverage.length; pixel++) {
                if (coverage[pixel] == 0) {
                    assertEquals(pair.background().red(), rgb[3 * pixel] & 0xFF, 12);
                    assertEquals(pair.background().blue(), rgb[3 * pixel + 2] & 0xFF, 12);
                } else if (coverage[pixel] == 255) {
                    assertEquals(pair.foreground().green(), rgb[3 * pixel + 1] & 0xFF, 12);
                }
            }
        }
    }

    @Test
    void everyWordOfEveryCaptionIsAnnounced() {
        Set<String> announced = new TreeSet<>();
        dataset.forEachText(text -> announced.addAll(List.of(text.split("[ ,]+"))));
        for (int i = 0; i < LIMIT; i++) {
            for (long key = 0; key < 50; key++) {
                for (String word :
                        dataset.view(i, key, Preprocessing.clip(8)).caption().split("[ ,]+")) {
                    assertTrue(announced.contains(word), word);
                }
            }
        }
    }

    @Test
    void sameNameIsSameIdentityAndOthersDiffer() {
        for (int i = 0; i < LIMIT; i++) {
            for (int j = 0; j < LIMIT; j++) {
                boolean sameName =
                        icons.icons().get(i).name().equals(icons.icons().get(j).name());
                assertEquals(sameName, dataset.identity(i) == dataset.identity(j));
            }
        }
    }

    @Test
    void contentHashCoversTheDrawings() {
        List<byte[]> changed = new ArrayList<>(icons.coverage());
        changed.set(0, changed.get(0).clone());
        changed.get(0)[100]++;
        IconSet other = new IconSet(icons.icons(), changed, icons.size());
        assertEquals(64, dataset.contentHash().length());
        assertNotEquals(dataset.contentHash(), new IconDataset(other).contentHash());
    }

    @Test
    void halvingIsTheMeanOfFourPixelsAndCentredSizeIsKept() {
        byte[] map = {0, 100, 20, 20, 100, 0, 20, 20, 8, 8, (byte) 200, (byte) 200, 8, 8, (byte) 200, (byte) 200};
        assertArrayEquals(new float[] {50, 20, 8, 200}, Placement.CENTERED.resample(map, 4, 2));
        float[] same = Placement.CENTERED.resample(map, 4, 4);
        for (int i = 0; i < map.length; i++) {
            assertEquals(map[i] & 0xFF, same[i]);
        }
    }

    @Test
    void aShiftMovesTheIconRightAndDown() {
        byte[] map = new byte[16];
        map[5] = 100;
        float[] moved = new Placement(1, 0.25f, 0.5f).resample(map, 4, 4);
        float[] expected = new float[16];
        expected[3 * 4 + 2] = 100;
        assertArrayEquals(expected, moved);
    }
}
