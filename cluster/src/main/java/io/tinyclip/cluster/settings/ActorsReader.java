package io.tinyclip.cluster.settings;

import java.time.Duration;

/** Checks {@code tinyclip.actors}: the actors read it themselves, when it is too late for a clear line. */
final class ActorsReader {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MOST_MEMBERS = 4096;

    private ActorsReader() {}

    static void check(SettingValues values) {
        if (values.has("actors")) {
            values.duration("actors.remind-after", SECOND, DAY);
            values.duration("actors.begin-patience", SECOND, DAY);
            values.duration("actors.report-every", SECOND, MINUTE);
            values.duration("actors.leave-within", SECOND, DAY);
            values.whole("actors.most-members", 1, MOST_MEMBERS);
        }
    }
}
