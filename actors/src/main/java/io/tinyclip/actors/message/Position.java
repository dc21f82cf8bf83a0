package io.tinyclip.actors.message;

import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;

/**
 * Where a run stands between two steps. With the vector and its moments this is the run's whole state.
 *
 * @param cursor the next step; equal to the phase's steps where the phase is complete
 * @param layout of the vector
 * @param count updates that the optimizer state has taken; starts again with each new vector unless moments go along
 * @param widthMap which of the teacher's text channels the student has
 * @param sparsity expected share left out, just before the newest cut; 0 before the first, and what a student chosen by
 *     hand leaves out
 */
public record Position(Cursor cursor, Layout layout, long count, WidthMap widthMap, double sparsity) {
    public Stamp stamp(long epoch) {
        return new Stamp(epoch, cursor, layout.hash());
    }

    /** The state digest's line: all that decides the model and is not in the vector or its moments. */
    public String digestLine() {
        return "stage " + cursor.stage() + " phase " + cursor.phase() + " step " + cursor.step() + " count " + count
                + " layout " + layout.hash() + " widths " + widthMap.hash();
    }

    public Position at(Cursor next, long nextCount) {
        return new Position(next, layout, nextCount, widthMap, sparsity);
    }
}
