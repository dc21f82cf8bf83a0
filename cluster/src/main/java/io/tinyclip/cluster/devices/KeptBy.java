package io.tinyclip.cluster.devices;

import io.tinyclip.cluster.console.ExitCode;
import java.util.Map;
import java.util.Optional;

/** Ends a process with the one that keeps it, also where that had no time to say so. */
public final class KeptBy {
    /** Names, in the environment of a process that is kept, the number of the process that keeps it. */
    static final String VARIABLE = "TINYCLIP_KEPT_BY";

    private KeptBy() {}

    /** From now on this process ends, as by SIGTERM, once the one that keeps it is gone; others are left alone. */
    public static void watch(Map<String, String> environment) {
        String keeper = environment.getOrDefault(VARIABLE, "");
        if (!keeper.matches("\\d{1,18}")) {
            return;
        }
        Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(keeper));
        handle.ifPresentOrElse(keeping -> keeping.onExit().thenRun(KeptBy::end), KeptBy::end);
    }

    private static void end() {
        // Not on a thread that the end may wait for.
        new Thread(() -> System.exit(ExitCode.FAILED), "keeper-gone").start();
    }
}
