package io.tinyclip.optimize;

import io.tinyclip.model.Layout;
import java.util.ArrayList;
import java.util.List;

/** Cuts the vector into shards of about equal bytes. */
public final class Shards {
    private Shards() {}

    /**
     * The range of each parameter server, in order. Bounds lie on block bounds and never inside the mask segment, which
     * one server holds whole; with more servers than blocks some ranges are empty.
     */
    public static List<Range> of(Layout layout, int servers) {
        List<Range> ranges = new ArrayList<>(servers);
        int from = 0;
        for (int i = 1; i <= servers; i++) {
            int to = i == servers ? layout.size() : Math.max(from, bound(layout, i, servers));
            ranges.add(new Range(from, to));
            from = to;
        }
        return ranges;
    }

    /** Whether a range that {@link #of} gives has the masks. */
    public static boolean holdsMasks(Layout layout, Range range) {
        return layout.masked() && range.from() <= layout.maskStart() && layout.maskStart() < range.to();
    }

    private static int bound(Layout layout, int i, int servers) {
        int block = (int) ((long) layout.blocks() * i / servers);
        if (layout.masked()) {
            block = Math.min(block, layout.maskStart() / layout.blockSize());
        }
        return block * layout.blockSize();
    }
}
