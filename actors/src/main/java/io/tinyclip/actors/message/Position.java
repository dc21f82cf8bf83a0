package io.tinyclip.actors.message;

import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;

/**
 * Where a run stands between two steps. With the vector and its moments this is the run's whole state.
 *
 * @param cursor the next step; equal to the phase's steps where the phase is complete
 * @param layout of the vector
 * @param count updates that the optimizer state has taken; starts again with each new vector unless moments go along, and
 *     with each that is cut by calibration
 * @param widthMap which of the teacher's text channels the student has; behind a cut by calibration that made the text tower
 *     narrower, which of the channels that it left
 * @param sparsity expected share left out, just before the newest cut; 0 before the first, and what a student chosen by
 *     hand leaves out
 * @param bad samples that committed steps have done without since the run began, each as often as it came. It follows from
 *     the data, so the state digest does without it
 */
public record Position(Cursor cursor, Layout layout, long count, WidthMap widthMap, double sparsity, long bad) {
    /** Where nothing has been left out. */
    public Position(Cursor cursor, Layout layout, long count, WidthMap widthMap, double sparsity) {
        this(cursor, layout, count, widthMap, sparsity, 0);
    }

    public Stamp stamp(long epoch) {
        return new Stamp(epoch, cursor, layout.hash());
    }

    /** The state digest's line: all that decides the model and is not in the vector or its moments. */
    public String digestLine() {
        return "stage " + cursor.stage() + " phase " + cursor.phase() + " step " + cursor.step() + " count " + count
                + " layout " + layout.hash() + " widths " + widthMap.hash();
    }

    /** @param leftOut samples that the committed step has done without */
    public Position at(Cursor next, long nextCount, int leftOut) {
        return new Position(next, layout, nextCount, widthMap, sparsity, bad + leftOut);
    }
}
