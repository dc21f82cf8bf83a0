package io.tinyclip.cluster.chaos;

import java.util.Optional;

/** What must not outlive this process, however it ends but for SIGKILL. */
final class Children {
    private Children() {}

    static void endWithThis(Process process) {
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Closing a second time does nothing. */
    static void endWithThis(Fleet fleet, Network network, Optional<Disk> disk) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            fleet.end();
            network.close();
            disk.ifPresent(Disk::close);
        }));
    }
}
