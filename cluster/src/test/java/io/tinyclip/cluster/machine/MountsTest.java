package io.tinyclip.cluster.machine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MountsTest {
    private static final Mounts MOUNTS = new Mounts(List.of(
            "21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
            "22 21 0:40 / /home rw,nosuid,noexec - nfs server:/home rw",
            "23 22 0:41 / /home/my\\040tools rw - ext4 /dev/sdb1 rw",
            "24 21 0:42 / /tmp rw,noexec - tmpfs tmpfs rw",
            "25 24 0:43 / /tmp rw - tmpfs tmpfs rw"));

    @Test
    void theDeepestAndLatestMountDecides() {
        assertTrue(MOUNTS.forbidsPrograms(Path.of("/home/ann/.djl.ai")));
        assertFalse(MOUNTS.forbidsPrograms(Path.of("/home/my tools/engine")));
        assertFalse(MOUNTS.forbidsPrograms(Path.of("/tmp/.djl.ai")));
        assertFalse(MOUNTS.forbidsPrograms(Path.of("/homeless")));
    }

    @Test
    void whatIsNotThereForbidsNothing() {
        assertFalse(Mounts.forbidPrograms(Path.of("/no/such/file")));
    }
}
