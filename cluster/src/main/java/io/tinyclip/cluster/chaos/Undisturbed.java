package io.tinyclip.cluster.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The same run in one process, which nobody disturbs: the digest that all others must have. */
final class Undisturbed {
    private Undisturbed() {}

    /** @return its digest; of a run that was finished here before at once */
    static String digest(Setup setup) throws InterruptedException {
        Path folder = setup.out().resolve("undisturbed");
        Path log = setup.out().resolve("undisturbed.txt");
        List<String> command = new ArrayList<>(setup.program().java());
        command.addAll(List.of(
                "-jar",
                setup.program().jar().toString(),
                "run",
                setup.conf().toString(),
                "-Dtinyclip.run.folder=" + folder));
        command.addAll(setup.settings());
        try {
            Files.createDirectories(setup.out());
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Children.endWithThis(process);
            int exit = process.waitFor();
            if (exit != 0) {
                String last = Files.readString(log).lines().reduce("", (before, line) -> line);
                throw new UncheckedIOException(
                        "the undisturbed run ended with exit code " + exit + ": " + last + " (see [" + log + "])",
                        new IOException("exit code " + exit));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run undisturbed: " + e.getMessage(), e);
        }
        RunWatch run = new RunWatch(folder);
        run.look(0);
        return run.digest();
    }
}
