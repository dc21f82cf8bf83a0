package io.tinyclip.cluster.settings;

import java.time.Duration;

/** Checks {@code tinyclip.actors}: the actors and Akka read it themselves, when it is too late for a clear line. */
final class ActorsReader {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LEAST_FILE_PATIENCE = Duration.ofSeconds(10);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final int MOST_MEMBERS = 4096;
    private static final double LEAST_FACTOR = 1.5;
    private static final double LARGEST_FACTOR = 1000;
    private static final Duration LEAST_DEADLINE = Duration.ofMillis(100);
    private static final int MOST_THREADS = 1024;
    private static final double MOST_THREADS_A_CORE = 64;
    private static final int MOST_MESSAGES = 1000;

    private ActorsReader() {}

    static void check(SettingValues values) {
        if (values.has("actors")) {
            values.duration("actors.remind-after", SECOND, DAY);
            values.duration("actors.begin-patience", SECOND, DAY);
            values.duration("actors.file-patience", LEAST_FILE_PATIENCE, WEEK);
            values.duration("actors.report-every", SECOND, MINUTE);
            values.duration("actors.leave-within", SECOND, DAY);
            values.whole("actors.most-members", 1, MOST_MEMBERS);
            values.within("actors.lease-deadline.factor", LEAST_FACTOR, LARGEST_FACTOR);
            values.duration("actors.lease-deadline.least", LEAST_DEADLINE, DAY);
            checkArithmetic(values, "actors.arithmetic-dispatcher.");
            checkFiles(values, "actors.file-dispatcher.");
        }
    }

    private static void checkArithmetic(SettingValues values, String dispatcher) {
        checkKind(values, dispatcher, "fork-join-executor");
        String pool = dispatcher + "fork-join-executor.";
        int least = values.whole(pool + "parallelism-min", 1, MOST_THREADS);
        values.positive(pool + "parallelism-factor", MOST_THREADS_A_CORE);
        values.whole(pool + "parallelism-max", least, MOST_THREADS);
    }

    private static void checkFiles(SettingValues values, String dispatcher) {
        checkKind(values, dispatcher, "thread-pool-executor");
        values.whole(dispatcher + "thread-pool-executor.fixed-pool-size", 1, MOST_THREADS);
    }

    /** The keys below are those of this kind; another would have keys that no recipe can set. */
    private static void checkKind(SettingValues values, String dispatcher, String executor) {
        values.only(dispatcher + "type", "Dispatcher");
        values.only(dispatcher + "executor", executor);
        values.whole(dispatcher + "throughput", 1, MOST_MESSAGES);
    }
}
