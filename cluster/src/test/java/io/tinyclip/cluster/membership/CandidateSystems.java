package io.tinyclip.cluster.membership;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Actor systems of candidates on loopback, which have joined nobody yet; all end together. */
final class CandidateSystems implements AutoCloseable {
    private final List<ClusterSystem> systems = new ArrayList<>();

    ClusterSystem start() {
        Settings settings =
                SettingsFile.defaults(Map.of("tinyclip.cluster.host", "127.0.0.1", "tinyclip.cluster.port", "0"));
        ClusterSystem system =
                ClusterSystem.start(settings.cluster(), settings.effective(), List.of(ClusterSystem.CORE));
        systems.add(system);
        return system;
    }

    @Override
    public void close() {
        close(systems);
    }

    /** All at once: each waits for others to see that it leaves. */
    static void close(List<ClusterSystem> systems) {
        CompletableFuture.allOf(systems.stream()
                        .map(system -> CompletableFuture.runAsync(system::close))
                        .toArray(CompletableFuture[]::new))
                .join();
    }
}
