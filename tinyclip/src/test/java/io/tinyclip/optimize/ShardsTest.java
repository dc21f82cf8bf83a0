package io.tinyclip.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.Layout;
import io.tinyclip.model.SmallShapes;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardsTest {
    /** About 2,300 blocks, and one. */
    private static final List<Layout> LAYOUTS = List.of(
            Layout.of(SmallShapes.vitB32(), 49_408, true, false),
            Layout.of(SmallShapes.vitB32(), 49_408, false, true),
            Layout.of(SmallShapes.uneven(), 3, true, false));

    private static final int[] SERVERS = IntStream.concat(IntStream.rangeClosed(1, 300), IntStream.of(2400, 5000))
            .toArray();

    @Test
    void coverTheVectorInOrder() {
        for (Layout layout : LAYOUTS) {
            for (int servers : SERVERS) {
                List<Range> ranges = Shards.of(layout, servers);
                assertEquals(servers, ranges.size());
                int next = 0;
                for (Range range : ranges) {
                    assertEquals(next, range.from());
                    next = range.to();
                }
                assertEquals(layout.size(), next);
            }
        }
    }

    @Test
    void meetOnBlockBoundsOnly() {
        for (Layout layout : LAYOUTS) {
            for (int servers : SERVERS) {
                List<Range> ranges = Shards.of(layout, servers);
                ranges.forEach(range -> assertEquals(0, range.from() % layout.blockSize(), servers + " servers"));
            }
        }
    }

    @Test
    void oneServerHoldsTheMaskSegmentWhole() {
        for (Layout layout : LAYOUTS) {
            for (int servers : SERVERS) {
                long holders = Shards.of(layout, servers).stream()
                        .filter(range -> range.from() <= layout.maskStart() && range.to() == layout.size())
                        .filter(range -> range.length() > 0)
                        .count();
                assertEquals(1, holders, servers + " servers");
            }
        }
    }

    @Test
    void areEqualToABlockWhereThereIsNoMaskSegment() {
        Layout layout = LAYOUTS.get(1);
        for (int servers : SERVERS) {
            int share = layout.blocks() / servers;
            for (Range range : Shards.of(layout, servers)) {
                int blocks = (range.length() + layout.blockSize() - 1) / layout.blockSize();
                assertTrue(blocks == share || blocks == share + 1, servers + " servers, " + blocks + " blocks");
            }
        }
    }

    @Test
    void leaveServersWithoutABlockEmpty() {
        Layout layout = LAYOUTS.get(2);
        assertEquals(1, layout.blocks());
        List<Range> ranges = Shards.of(layout, 3);
        assertEquals(
                List.of(0, 0, layout.size()), ranges.stream().map(Range::length).toList());
    }
}
