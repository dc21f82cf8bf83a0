package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ClusterHostTest {
    private static final SortedMap<String, String> SETTINGS = new TreeMap<>(Map.of("tinyclip.seed", "1"));
    private static final Map<String, String> HASHES = Map.of("tinyclip.data.train", "feed", "tinyclip.teacher", "cafe");

    @Test
    void aFolderThatWasMadeAnewIsAnotherRun() {
        String id = ClusterHost.runId("tiny", "aa", SETTINGS, HASHES);
        assertTrue(id.matches("tiny-[0-9a-f]{8}"), id);
        assertEquals(id, ClusterHost.runId("tiny", "aa", SETTINGS, new TreeMap<>(HASHES)), "whoever leads it");
        assertNotEquals(id, ClusterHost.runId("tiny", "bb", SETTINGS, HASHES));
    }
}
