package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.checkpoint.FollowedException;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.Numerics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that hangs holds its folder's lock; who follows it goes on, and it writes nothing any more. */
final class FollowedFolderTest {
    private static final String SEEDS = "127.0.0.1:1,127.0.0.1:2,127.0.0.1:3";

    @TempDir
    private Path folder;

    @Test
    void aCandidateFollowsALeaderThatHoldsTheLock() throws IOException {
        try (RunFolder hangs = open(candidate(SEEDS))) {
            hangs.lead();
            try (RunFolder follows = open(candidate(SEEDS))) {
                follows.lead();
                follows.write(record("follows"));
                assertThrows(FollowedException.class, () -> hangs.write(record("woken")));
                assertThrows(FollowedException.class, () -> hangs.write(candidate(SEEDS)));
                assertThrows(FollowedException.class, hangs::requireLead);
                assertEquals(
                        "follows", follows.record().orElseThrow().beginning().name());
            }
        }
    }

    @Test
    void theLockKeepsOtherCommandsApart() throws IOException {
        try (RunFolder leads = open(candidate(SEEDS))) {
            leads.lead();
            leads.write(record("leads"));
            assertTrue(refusal(candidate("127.0.0.1:4,127.0.0.1:5")).contains("another process uses the run folder"));
            assertTrue(refusal(settings(Map.of())).contains("another process uses the run folder"));
            leads.requireLead();
        }
        try (RunFolder alone = open(settings(Map.of()))) {
            assertTrue(refusal(candidate(SEEDS)).contains("another process uses the run folder [" + alone.path()));
        }
    }

    @Test
    void aTermAloneIsNoCheckpoint() throws IOException {
        try (RunFolder begun = open(settings(Map.of()))) {
            begun.lead();
            assertFalse(begun.store().seemsWhole());
        }
    }

    private String refusal(Settings settings) {
        return String.valueOf(
                assertThrows(InvalidInputException.class, () -> open(settings)).getMessage());
    }

    private static RunFolder open(Settings settings) {
        return RunFolder.open(settings, "run", Duration.ZERO);
    }

    private Settings candidate(String seeds) {
        return settings(Map.of("tinyclip.cluster.mode", "cluster", "tinyclip.cluster.seeds", seeds));
    }

    private Settings settings(Map<String, String> overrides) {
        Map<String, String> all = new TreeMap<>(overrides);
        all.put("tinyclip.run.folder", folder.resolve("run").toString());
        return SettingsFile.defaults(all);
    }

    private RunRecord record(String name) {
        RunRecord.Identity identity = new RunRecord.Identity(
                "the same", RunRecord.Identity.of(settings(Map.of())).settings());
        return RunRecord.fresh(
                new RunRecord.Beginning("run", name, 1, Map.of(), Optional.of(identity)),
                RunNumerics.begun(Numerics.STRICT));
    }
}
