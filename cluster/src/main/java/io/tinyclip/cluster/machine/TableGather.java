package io.tinyclip.cluster.machine;

import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;

/** Bytes of the token table that a server gathers, beside its ranges, to make its part of the factors of one. */
public final class TableGather {
    private TableGather() {}

    /**
     * What a server gathers at the most.
     *
     * @param start where the plan begins; masks only leave its table narrower
     * @return 0 where no stage changes the table's rank
     */
    public static long bytes(RunPlan plan, Layout start) {
        long most = 0;
        ModelShape shape = start.shape();
        for (StagePlan stage : plan.stages()) {
            TextTower before = shape.text();
            shape = stage.shape(shape);
            if (stage.tokenRank().isPresent() && shape.text().tokenRank() != before.tokenRank()) {
                most = Math.max(most, Float.BYTES * floats(before, start.tokenRows()));
            }
        }
        return most;
    }

    /** Of a whole table, or of both its factors. */
    private static long floats(TextTower text, int rows) {
        return (long) rows * text.tokenColumns() + (long) text.tokenRank() * text.width();
    }
}
