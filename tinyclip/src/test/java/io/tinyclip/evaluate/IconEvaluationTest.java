package io.tinyclip.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.icons.IconCache;
import io.tinyclip.data.icons.IconCatalog;
import io.tinyclip.data.icons.IconPicture;
import io.tinyclip.data.icons.IconSet;
import io.tinyclip.image.RgbImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IconEvaluationTest {
    private static final int SIZE = 32;

    @TempDir
    static Path folder;

    private static IconSet unseen;
    private static IconSet train;
    private static IconEvaluation evaluation;

    @BeforeAll
    static void draw() {
        IconCache cache = new IconCache(folder);
        unseen = cache.open(IconCatalog.UNSEEN, Integer.MAX_VALUE, (done, total) -> {});
        train = cache.open(IconCatalog.TRAIN, 1000, (done, total) -> {});
        evaluation = new IconEvaluation(unseen, train, SIZE);
    }

    @Test
    void asksForAThousandCaptionsAndForAllNames() {
        RetrievalTask captions = evaluation.tasks().get(0);
        assertEquals("", captions.prefix());
        assertEquals(1000, captions.images().size());
        assertEquals(1000, new HashSet<>(captions.texts()).size());
        RetrievalTask names = evaluation.tasks().get(1);
        assertEquals("name.", names.prefix());
        assertEquals(2078, names.images().size());
        assertEquals(1374, new HashSet<>(names.texts()).size());
    }

    @Test
    void rightTextsNameTheirPictures() {
        RetrievalTask captions = evaluation.tasks().get(0);
        RetrievalTask names = evaluation.tasks().get(1);
        for (int i = 0; i < evaluation.names().size(); i++) {
            String name = evaluation.names().get(i);
            assertEquals(name + " icon", names.texts().get(names.textsOfImage().get(i)[0]));
            int picture = captions.images().indexOf(evaluation.pictures().get(i));
            if (picture >= 0) {
                String caption = captions.texts().get(captions.textsOfImage().get(picture)[0]);
                assertTrue(caption.contains(" " + name + " icon on "), caption);
            }
        }
    }

    @Test
    void asksTheSameEveryTime() {
        IconEvaluation again = new IconEvaluation(unseen, train, SIZE);
        for (int task = 0; task < 2; task++) {
            assertEquals(
                    evaluation.tasks().get(task).texts(),
                    again.tasks().get(task).texts());
        }
        for (int i = 0; i < again.pictures().size(); i++) {
            assertArrayEquals(
                    evaluation.pictures().get(i).rgb(), again.pictures().get(i).rgb());
        }
    }

    @Test
    void baselineIsFarAboveChanceOnAPartOfTheTrainingIcons() {
        Map<String, Double> baseline = evaluation.baseline();
        assertEquals(
                List.of("r@1", "r@5", "r@10", "name.r@1", "name.r@5", "name.r@10"), List.copyOf(baseline.keySet()));
        // Among 1,000 captions chance finds 1 % at ten.
        assertTrue(baseline.get("r@10") > 0.05 && baseline.get("r@10") < 0.5, baseline.toString());
        assertTrue(baseline.get("r@5") >= baseline.get("r@1"), baseline.toString());
        assertTrue(baseline.get("name.r@1") > 0.01 && baseline.get("name.r@1") < 0.12, baseline.toString());
        assertTrue(baseline.get("name.r@5") >= baseline.get("name.r@1"), baseline.toString());
    }

    @Test
    void anIconIsItsOwnNearestShape() {
        PixelBaseline baseline = new PixelBaseline(unseen);
        int[] ranks = baseline.nameRanks(unseen);
        long right = Arrays.stream(ranks).filter(rank -> rank == 0).count();
        assertTrue(right > 2060, right + " of " + ranks.length);
    }

    @Test
    void limitedSetsAskForAsManyAsTheyHave() {
        IconSet few =
                new IconSet(unseen.icons().subList(0, 50), unseen.coverage().subList(0, 50), unseen.size());
        List<RetrievalTask> tasks = new IconEvaluation(few, train, SIZE).tasks();
        assertEquals(50, tasks.get(0).images().size());
        assertEquals(50, tasks.get(1).images().size());
    }

    @Test
    void picturesOfAnySizeShowTheSameColors() {
        RgbImage large = IconPicture.centered(unseen, 3, 9, SIZE).image();
        RgbImage small = IconPicture.centered(unseen, 3, 9, PixelBaseline.SIDE).image();
        for (int channel = 0; channel < 3; channel++) {
            assertEquals(large.rgb()[channel], small.rgb()[channel]);
        }
    }
}
