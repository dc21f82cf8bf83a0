package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.mask.MaskShares;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasksToldTest {
    @TempDir
    Path folder;

    @Test
    void everyStepOfAShortInheritPhaseTellsHowOpenItsMasksAre() throws Exception {
        Map<Cursor, MaskShares> told = new LinkedHashMap<>();
        Recorder recorder = new Recorder() {
            @Override
            public void masks(Cursor cursor, MaskShares shares) {
                told.put(cursor, shares);
            }
        };
        EmbeddedRun.start(Fixture.setup(Fixture.compress(), 3, 2, folder), recorder)
                .outcome()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        List<Cursor> inherit = Stream.concat(
                        IntStream.range(0, 4).mapToObj(step -> new Cursor(0, Phase.INHERIT, step)),
                        IntStream.range(0, 3).mapToObj(step -> new Cursor(1, Phase.INHERIT, step)))
                .toList();
        assertEquals(inherit, List.copyOf(told.keySet()));
        MaskShares first = told.get(inherit.get(0));
        assertEquals(2, first.towers().get(0).layers().size());
        assertEquals(4, first.towers().get(0).layers().get(0).heads().length);
        assertEquals(8, first.towers().get(1).layers().get(1).heads().length);
        assertTrue(first.towers().get(0).layers().get(0).heads()[0] > 0.9);
        MaskShares cut = told.get(inherit.get(4));
        assertTrue(
                cut.towers().get(0).layers().get(0).neuronSize()
                        < first.towers().get(0).layers().get(0).neuronSize(),
                "a stage tells of the student that the one before has left");
    }
}
