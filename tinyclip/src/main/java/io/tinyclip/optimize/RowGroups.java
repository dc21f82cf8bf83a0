package io.tinyclip.optimize;

import io.tinyclip.model.Group;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import java.util.ArrayList;
import java.util.List;

/**
 * The matrices that {@link Muon} updates, those of transformer layers, in groups of whole rows: as many as a head has, so that
 * queries, keys and values fall into heads. A group ends at a block's bound, too, and a row that such a bound cuts is two groups of
 * one row: every group lies in one block, and so in one shard, however many servers there are.
 */
final class RowGroups {
    /** What the layers' tensors have in their names, in both towers. */
    private static final String LAYERS = "transformer.resblocks.";

    private RowGroups() {}

    /**
     * A rectangle of a matrix, row-major.
     *
     * @param offset its first float in the vector
     * @param image whether it is of the image tower
     */
    record RowGroup(int offset, int rows, int columns, boolean image) {
        int floats() {
            return rows * columns;
        }
    }

    /** Whether a segment is a matrix of a transformer layer, of either tower. */
    static boolean has(Segment segment) {
        return segment.group() == Group.DECAY
                && segment.shape().size() == 2
                && segment.name().contains(LAYERS);
    }

    /** Whether a segment is of the image tower. */
    static boolean isImage(Segment segment) {
        return segment.name().startsWith("visual.");
    }

    /** Those of a shard, in order. @param range starts on a block bound */
    static List<RowGroup> of(Layout layout, Range range) {
        List<RowGroup> groups = new ArrayList<>();
        for (Segment segment : layout.segments()) {
            if (has(segment) && segment.offset() < range.to() && range.from() < segment.end()) {
                add(layout, segment, range, groups);
            }
        }
        return groups;
    }

    private static void add(Layout layout, Segment segment, Range range, List<RowGroup> groups) {
        int columns = segment.shape().get(1);
        int most = headWidth(layout.shape(), isImage(segment)) * columns;
        int block = layout.blockSize();
        int end = Math.min(segment.end(), range.to());
        for (int from = Math.max(segment.offset(), range.from()); from < end; ) {
            int inMatrix = from - segment.offset();
            int bound = segment.offset() + (inMatrix / most + 1) * most;
            int to = Math.min(end, Math.min(bound, (from / block + 1) * block));
            int before = Math.min(to - from, (columns - inMatrix % columns) % columns);
            int whole = (to - from - before) / columns;
            int after = to - from - before - whole * columns;
            boolean image = isImage(segment);
            if (before > 0) {
                groups.add(new RowGroup(from, 1, before, image));
            }
            if (whole > 0) {
                groups.add(new RowGroup(from + before, whole, columns, image));
            }
            if (after > 0) {
                groups.add(new RowGroup(to - after, 1, after, image));
            }
            from = to;
        }
    }

    private static int headWidth(ModelShape shape, boolean image) {
        Tower tower = image && shape.image() instanceof VisionTransformer transformer ? transformer : shape.text();
        return tower.headWidth();
    }
}
