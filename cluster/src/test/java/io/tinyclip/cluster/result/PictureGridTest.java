package io.tinyclip.cluster.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.image.RgbImage;
import io.tinyclip.report.GridRow;
import io.tinyclip.report.GridRow.Found;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PictureGridTest {
    private static final RgbImage PICTURE = new RgbImage(1, 1, new byte[3]);

    @Test
    void queriesThatEitherModelAnswersComeBeforeOthers() {
        List<GridRow> all = rows(100, Set.of(7, 50), Set.of(99));
        List<String> shown = queries(PictureGrid.shown(all, 4));
        assertEquals(4, shown.size());
        assertEquals(
                List.of("7", "50", "99"),
                shown.stream().filter(Set.of("7", "50", "99")::contains).toList());
    }

    @Test
    void ofManyHitsSomeAreShownFromEverywhere() {
        Set<Integer> hits = Set.of(0, 10, 20, 30, 40, 50, 60, 70);
        assertEquals(List.of("10", "30", "50", "70"), queries(PictureGrid.shown(rows(80, hits, Set.of()), 4)));
    }

    @Test
    void ofModelsThatFindNothingThatIsShown() {
        assertEquals(List.of("2", "7"), queries(PictureGrid.shown(rows(10, Set.of(), Set.of()), 2)));
        assertEquals(List.of("0"), queries(PictureGrid.shown(rows(1, Set.of(), Set.of()), 8)));
    }

    private static List<GridRow> rows(int count, Set<Integer> byTeacher, Set<Integer> byStudent) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        new GridRow(Integer.toString(i), found(byTeacher.contains(i)), found(byStudent.contains(i))))
                .toList();
    }

    private static List<Found> found(boolean hit) {
        return List.of(new Found(PICTURE, false), new Found(PICTURE, hit));
    }

    private static List<String> queries(List<GridRow> rows) {
        return rows.stream().map(GridRow::query).toList();
    }
}
