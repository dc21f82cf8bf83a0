package io.tinyclip.cluster.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tinyclip.cluster.chaos.plan.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CheckpointDamageTest {
    @TempDir
    private Path folder;

    private Path checkpoints;

    @BeforeEach
    void twoCheckpoints() throws IOException {
        checkpoints = folder.resolve("checkpoints");
        for (String id : new String[] {"step-000000010", "step-000000020"}) {
            Path checkpoint = Files.createDirectories(checkpoints.resolve(id));
            Files.writeString(checkpoint.resolve("manifest.json"), "{}");
            Files.writeString(checkpoint.resolve("range-0.bin"), "0123456789");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"SHORTEN", "FLIP", "DELETE"})
    void damagesOneFileOfTheNewestAndLeavesTheOlderOneAlone(Kind kind) throws IOException {
        for (int pick = 0; pick < 2; pick++) {
            twoCheckpoints();
            Map<String, String> before = content();
            String damaged = new CheckpointDamage(folder).inflict(kind, pick).orElseThrow();
            Map<String, String> after = content();
            assertEquals("step-000000020", Path.of(damaged).getName(0).toString());
            assertNotEquals(before.remove(damaged), after.remove(damaged));
            assertEquals(before, after);
        }
    }

    @Test
    void theOnlyCheckpointIsNeverDamaged() throws IOException {
        Files.delete(checkpoints.resolve("step-000000010").resolve("manifest.json"));
        Map<String, String> before = content();
        assertEquals(Optional.empty(), new CheckpointDamage(folder).inflict(Kind.DELETE, 0));
        assertEquals(before, content());
    }

    private Map<String, String> content() throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(checkpoints)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(checkpoints.relativize(file).toString(), Files.readString(file));
            }
        }
        return content;
    }
}
