package io.tinyclip.cluster.run;

import io.tinyclip.cluster.console.LogPlace;
import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.plan.Cursor;

/** A step as logs name it: as metrics.jsonl does, so that lines of both can be put together. */
public final class LogStep {
    private LogStep() {}

    public static LogPlace.Step of(Cursor cursor) {
        return new LogPlace.Step(cursor.stage(), MetricsFile.word(cursor.phase()), cursor.step());
    }
}
