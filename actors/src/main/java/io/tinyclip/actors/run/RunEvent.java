package io.tinyclip.actors.run;

import java.util.Locale;

/** What happens to a run beside its steps, for whoever looks at it later. */
public enum RunEvent {
    /** A process leads from now on. */
    LEADS,
    /** The first step comes next. */
    BEGUN,
    /** An earlier process, or leader, has done the steps before. */
    WENT_ON,
    /** Steps that were told are done again. */
    WENT_BACK,
    STAGE_FINISHED,
    JOINED,
    LEAVES,
    DIED,
    BROKE_DOWN,
    TURNED_AWAY,
    /** Partitions of the step under way are computed by others. */
    LEASED_AGAIN,
    /** The run waits, or does without somebody. */
    WAITED,
    /** A step came to samples that cannot be used. */
    BAD_SAMPLES,
    /** A norm was not finite, and the update was left out. */
    SKIPPED;

    /** Such as {@code leased-again}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
