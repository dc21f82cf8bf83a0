package io.tinyclip.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.optimize.RowGroups.RowGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowGroupsTest {
    private static final Layout LARGE = Layout.of(SmallShapes.vitB32(), 49_408, true, false);
    private static final List<Layout> LAYOUTS = List.of(
            LARGE,
            Layout.of(SmallShapes.uneven(), 3, true, true),
            Layout.of(SmallShapes.resnet(), 3, false, true),
            Layout.of(SmallShapes.middling(), 4_000, false, true));

    @Test
    void coverTheLayersMatricesAndNothingElse() {
        for (Layout layout : LAYOUTS) {
            List<RowGroup> groups = RowGroups.of(layout, new Range(0, layout.size()));
            int at = 0;
            for (Segment segment : layout.segments()) {
                boolean matrix = segment.name()
                        .matches(".*resblocks.*(in_proj_weight|out_proj.weight|c_fc.weight|c_proj.weight)");
                assertEquals(matrix, RowGroups.has(segment), segment.name());
                for (int next = segment.offset(); matrix && next < segment.end(); at++) {
                    RowGroup group = groups.get(at);
                    assertEquals(next, group.offset(), segment.name());
                    assertEquals(segment.name().startsWith("visual."), group.image(), segment.name());
                    next += group.floats();
                    assertTrue(next <= segment.end(), segment.name());
                }
            }
            assertEquals(groups.size(), at);
        }
    }

    @Test
    void areHeadsUnlessABlockEnds() {
        Layout small = Layout.of(SmallShapes.uneven(), 3, false, false);
        Segment stacked = small.segment("visual.transformer.resblocks.0.attn.in_proj_weight");
        Range all = new Range(0, small.size());
        List<RowGroup> heads = RowGroups.of(small, all).stream()
                .filter(group -> stacked.offset() <= group.offset() && group.offset() < stacked.end())
                .toList();
        // Three heads of four rows of eight floats, three times.
        assertEquals(9, heads.size());
        for (int i = 0; i < heads.size(); i++) {
            assertEquals(new RowGroup(stacked.offset() + i * 4 * 8, 4, 8, true), heads.get(i));
        }
    }

    @Test
    void endAtBlockBoundsInTheMidstOfRows() {
        int block = LARGE.blockSize();
        int partial = 0;
        for (RowGroup group : RowGroups.of(LARGE, new Range(0, LARGE.size()))) {
            assertEquals(group.offset() / block, (group.offset() + group.floats() - 1) / block, group.toString());
            assertTrue(group.rows() <= 64, group.toString());
            Segment of = LARGE.segments().stream()
                    .filter(segment -> segment.offset() <= group.offset() && group.offset() < segment.end())
                    .findFirst()
                    .orElseThrow();
            int columns = of.shape().get(1);
            if (group.columns() < columns) {
                assertEquals(1, group.rows(), group.toString());
                partial++;
            } else {
                assertEquals(0, (group.offset() - of.offset()) % columns, group.toString());
            }
        }
        assertTrue(partial > 100, "parts of rows: " + partial);
    }

    @Test
    void areTheSameByAnyNumberOfServers() {
        for (Layout layout : LAYOUTS) {
            List<RowGroup> whole = RowGroups.of(layout, new Range(0, layout.size()));
            for (int servers : new int[] {1, 2, 3, 7, 64}) {
                List<RowGroup> parts = new ArrayList<>();
                Shards.of(layout, servers).forEach(range -> parts.addAll(RowGroups.of(layout, range)));
                assertEquals(whole, parts, servers + " servers");
            }
        }
    }
}
