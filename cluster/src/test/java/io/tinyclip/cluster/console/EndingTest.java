package io.tinyclip.cluster.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class EndingTest {
    private static final long LIMIT_SECONDS = 60;

    /** A process whose ordinary end never comes, as where the collector waits for a thread that could not be started. */
    static final class Stuck {
        private Stuck() {}

        public static void main(String[] arguments) {
            CountDownLatch never = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            Ending.with(Integer.parseInt(arguments[0]));
        }
    }

    @Test
    void withoutThreadsNothingIsWaitedFor() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Stuck.class.getName(),
                        Integer.toString(ExitCode.FAILED_WITHOUT_THREADS)))
                .start();
        try {
            assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "the process does not end");
            assertEquals(ExitCode.FAILED, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }
}
