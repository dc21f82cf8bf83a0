package io.tinyclip.cluster.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Short programs of the system: kill, ip, tc, mount. */
final class Tool {
    private Tool() {}

    /** What a program printed, and how it ended. */
    record Result(int exit, String printed) {}

    /** @throws UncheckedIOException with what it printed, if it fails */
    static void run(String... command) {
        Result result = tried(command);
        if (result.exit != 0) {
            String line = String.join(" ", List.of(command)) + ": "
                    + result.printed.strip().replaceAll("\\s+", " ");
            throw new UncheckedIOException(line, new IOException("exit code " + result.exit));
        }
    }

    static boolean works(String... command) {
        return tried(command).exit == 0;
    }

    private static Result tried(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), printed);
        } catch (IOException e) {
            return new Result(-1, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
