package io.tinyclip.cluster.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.command.DrawnSets;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.settings.EvaluationSettings;
import io.tinyclip.cluster.settings.EvaluationSettings.Labelled;
import io.tinyclip.evaluate.JudgedSet;
import io.tinyclip.evaluate.JudgedTask;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of whoever leads, on another machine. */
final class JudgedSetsTest {
    @TempDir
    private Path folder;

    @Test
    void aMachineFindsTheSetWhereTheLeaderHasItOrWhereItsOwnSettingsSay() throws IOException {
        Path set = DrawnSets.folders(folder.resolve("set"), "test");
        JudgedSets.Opened opened =
                sets(new Labelled("shapes", set.toString(), "test", 20)).all().get(0);
        assertEquals(20, opened.task().pictures());
        assertEquals("shapes.", opened.prefix());
        assertEquals(opened.task().contentHash(), opened.set().contentHash());
        JudgedSets other = sets();
        JudgedTask same = other.open(opened.set());
        assertEquals(20, same.pictures());
        assertSame(same, other.open(opened.set()), "it is opened once");
        Path moved = folder.resolve("moved");
        Files.move(set, moved);
        String missing = assertThrows(InvalidInputException.class, () -> sets().open(opened.set()))
                .getMessage();
        assertTrue(missing.contains(set.toString()), missing);
        JudgedTask elsewhere =
                sets(new Labelled("shapes", moved.toString(), "test", 0)).open(opened.set());
        assertEquals(opened.set().contentHash(), elsewhere.contentHash());
    }

    @Test
    void refusesAnotherSetUnderTheName() throws IOException {
        Path set = DrawnSets.folders(folder.resolve("set"), "test");
        JudgedSet asked = sets(new Labelled("shapes", set.toString(), "test", 0))
                .all()
                .get(0)
                .set();
        Files.delete(set.resolve("test/class0/00.png"));
        String message = assertThrows(InvalidInputException.class, () -> sets().open(asked))
                .getMessage();
        assertTrue(message.contains("the set [shapes] to judge by has content ["), message);
        assertTrue(message.contains("-Dtinyclip.evaluation.sets=[{name=shapes,data=...}]"), message);
    }

    @Test
    void takesSomePicturesOfEachClass() throws IOException {
        Path set = DrawnSets.folders(folder.resolve("set"), "test");
        JudgedSets.Opened all =
                sets(new Labelled("shapes", set.toString(), "test", 0)).all().get(0);
        JudgedTask some = sets(new Labelled("shapes", set.toString(), "test", 10))
                .all()
                .get(0)
                .task();
        List<String> firsts = List.of(some.name(0).key(), all.task().name(0).key());
        assertEquals(firsts.get(1), firsts.get(0));
        assertTrue(some.name(9).key().contains("class9"), some.name(9).key());
    }

    @Test
    void refusesABestFigureThatNoSetHasAndASetThatIsGoneByTheirSettings() throws IOException {
        Path set = DrawnSets.folders(folder.resolve("set"), "test");
        Labelled shapes = new Labelled("shapes", set.toString(), "test", 0);
        assertEquals(1, best("shapes.acc5", shapes).all().size());
        String figure = assertThrows(InvalidInputException.class, () -> best("shapes.acc3", shapes)
                        .all())
                .getMessage();
        assertEquals(
                "tinyclip.evaluation.best [shapes.acc3] must be one of"
                        + " [shapes.acc1, shapes.acc5, shapes.mean_per_class_recall]",
                figure);
        Labelled gone = new Labelled("gone", folder.resolve("nowhere").toString(), "val", 0);
        String place = assertThrows(
                        InvalidInputException.class, () -> sets(gone).all())
                .getMessage();
        assertTrue(place.startsWith("the set [gone] of tinyclip.evaluation.sets, split [val]: "), place);
    }

    private JudgedSets sets(Labelled... own) {
        return best("", own);
    }

    private JudgedSets best(String figure, Labelled... own) {
        ProgressLines silent = new ProgressLines(new PrintStream(PrintStream.nullOutputStream()), System::nanoTime);
        return new JudgedSets(
                new Sources(folder.resolve("cache"), 0, silent),
                new EvaluationSettings(0, List.of(own), false, figure, Duration.ofHours(1)),
                () -> {
                    throw new AssertionError("pairs are not asked for");
                });
    }
}
