package io.tinyclip.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GridTest {
    @Test
    void aLargePartitionIsCutIntoBlocksThatAreAsEqualAsCanBe() {
        assertEquals(List.of(0, 17, 34, 52, 69, 86, 104), bounds(new Grid(104, 52, 20)));
    }

    @Test
    void smallPartitionsAreJoinedUpToHalfASide() {
        assertEquals(List.of(0, 256), bounds(new Grid(256, 64, 512)));
        assertEquals(List.of(0, 128, 256, 384), bounds(new Grid(384, 64, 256)));
        assertEquals(List.of(0, 128, 320), bounds(new Grid(320, 64, 512 - 128)));
        assertEquals(List.of(0, 100, 200), bounds(new Grid(200, 100, 399)));
    }

    @ParameterizedTest
    @CsvSource({"104, 52, 20", "256, 64, 512", "320, 64, 384", "200, 100, 399", "70, 10, 41", "5, 1, 1"})
    void everyPairIsInOnePartOfItsPartitionAndOfItsBlock(int pairs, int size, int side) {
        Grid grid = new Grid(pairs, size, side);
        int next = 0;
        for (int partition = 0; partition < pairs / size; partition++) {
            for (Grid.Part part : grid.ofPartition(partition)) {
                assertEquals(next, partition * size + part.inPartition());
                assertEquals(next, grid.from(part.block()) + part.inBlock());
                assertTrue(grid.ofBlock(part.block()).contains(part));
                next += part.size();
            }
        }
        assertEquals(pairs, next);
        assertTrue(IntStream.range(0, grid.blocks()).allMatch(block -> grid.size(block) <= Math.max(side, 1)));
    }

    private static List<Integer> bounds(Grid grid) {
        return IntStream.rangeClosed(0, grid.blocks()).mapToObj(grid::from).toList();
    }
}
