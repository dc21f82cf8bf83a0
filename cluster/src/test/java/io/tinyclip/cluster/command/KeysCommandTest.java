package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysCommandTest {
    @TempDir
    private Path folder;

    private final CommandRun run = CommandRun.withoutBar();

    @Test
    void makesOneCertificateForEachRoleInOneLine() throws IOException {
        assertEquals(ExitCode.DONE, execute());
        assertEquals(List.of("authority", "coordinator", "operator", "server", "worker", "worker-server"), names());
        assertEquals(6, run.out().lines().count(), run.out());
    }

    @Test
    void makesThoseThatAreAskedForAndAddsAMachineWhenItRenews() throws IOException {
        assertEquals(ExitCode.DONE, execute("--roles", "coordinator, operator", "--machines", "a.example,b"));
        assertEquals(List.of("a.example", "authority", "b", "coordinator", "operator"), names());
        assertEquals(ExitCode.DONE, execute("--renew", "--machines", "c"));
        assertEquals(List.of("a.example", "authority", "b", "c", "coordinator", "operator", "replaced"), names());
    }

    @Test
    void takesBackThoseThatAreNamedAndSaysWhatToDoWithTheList() throws IOException {
        execute("--machines", "a,b");
        assertEquals(ExitCode.DONE, execute("--revoke", "a"));
        assertEquals(List.of("authority", "b", "revoked"), names());
        assertTrue(run.out().contains("took back 1 certificates"), run.out());
        assertEquals(ExitCode.WRONG_USE, execute("--revoke", "b", "--renew"));
        assertEquals(ExitCode.WRONG_USE, execute("--revoke", "c"));
        assertTrue(run.err().contains("[b]"), run.err());
    }

    @Test
    void writesNothingOverAndSaysSoInOneLine() throws IOException {
        execute();
        byte[] before = Files.readAllBytes(folder.resolve("keys/server.pem"));
        assertEquals(ExitCode.WRONG_USE, execute());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("--renew"), run.err());
        assertTrue(Arrays.equals(before, Files.readAllBytes(folder.resolve("keys/server.pem"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--roles=boss | --roles [boss] must be",
                "--roles=worker+ | --roles [worker+] must be",
                "--roles=worker,worker | two certificates",
                "--machines=../x | --machines [../x] must be",
                "--machines=worker | --machines [worker] must be",
                "--machines=authority | --machines [authority] must be",
                "--machines=revoked | --machines [revoked] must be",
                "--days=0 | --days [0] must be",
                "--days=3651 | --days [3651] must be",
                "--cluster=a/b | --cluster [a/b] must be"
            })
    void refusesInOneLineAndMakesNothing(String option, String line) {
        assertEquals(ExitCode.WRONG_USE, execute(option));
        assertTrue(run.err().contains(line), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertFalse(Files.exists(folder.resolve("keys")));
    }

    private int execute(String... options) {
        Stream<String> words =
                Stream.concat(Stream.of("keys", "--out", folder.resolve("keys").toString()), Stream.of(options));
        return run.execute(words.toArray(String[]::new));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("keys"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith("-key.pem"))
                    .map(name -> name.replace(".pem", ""))
                    .sorted()
                    .toList();
        }
    }
}
