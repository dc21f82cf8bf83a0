package io.tinyclip.cluster.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.ExitCode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeptByTest {
    private static final long LIMIT_SECONDS = 60;
    private static final String READY = "ready";

    /** What a process that is kept does. */
    static final class Kept {
        private Kept() {}

        public static void main(String... arguments) throws InterruptedException {
            KeptBy.watch(System.getenv());
            System.out.println(READY);
            new CountDownLatch(1).await();
        }
    }

    @Test
    void endsWithTheProcessThatKeepsIt() throws Exception {
        Process keeper = new ProcessBuilder("sleep", "600").start();
        Process kept = start(Long.toString(keeper.pid()));
        try {
            assertEquals(READY, kept.inputReader().readLine());
            assertTrue(kept.isAlive());
            keeper.destroyForcibly();
            assertTrue(kept.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
            assertEquals(ExitCode.FAILED, kept.exitValue());
        } finally {
            keeper.destroyForcibly();
            kept.destroyForcibly();
        }
    }

    @Test
    void endsWhereItsKeeperIsGoneBeforeItStarts() throws Exception {
        Process keeper = new ProcessBuilder("true").start();
        keeper.waitFor();
        Process kept = start(Long.toString(keeper.pid()));
        try {
            assertTrue(kept.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
        } finally {
            kept.destroyForcibly();
        }
    }

    @Test
    void aProcessThatNobodyKeepsIsLeftAlone() {
        KeptBy.watch(Map.of());
        KeptBy.watch(Map.of(KeptBy.VARIABLE, "nobody"));
    }

    private static Process start(String keeper) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Kept.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put(KeptBy.VARIABLE, keeper);
        return builder.start();
    }
}
