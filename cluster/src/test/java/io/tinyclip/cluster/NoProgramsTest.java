package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tinyclip.cluster.console.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in a mount namespace of its own, on disks that forbid programs or writing. */
final class NoProgramsTest {
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    private Path folder;

    /** What the program left: its exit code and all that it printed. */
    private record End(int code, String output) {}

    @BeforeEach
    void requireNamespaces() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/unshare")) && shell("true").code() == 0,
                "this machine lets this user have no mount namespace");
        Files.createDirectories(folder.resolve("disk"));
        Files.createDirectories(folder.resolve("home"));
    }

    @Test
    void namesTheFolderThatForbidsProgramsBeforeAnyLibraryIsLoaded() throws Exception {
        End end = shell(
                "mount -t tmpfs -o noexec tmpfs disk && ENGINE_CACHE_DIR=$PWD/disk " + java(home(), "inspect builtin"));
        assertEquals(ExitCode.WRONG_USE, end.code(), end.output());
        assertTrue(
                end.output()
                        .contains("error: [" + folder.toRealPath()
                                + "/disk] is on a disk that forbids programs (noexec); set ENGINE_CACHE_DIR"),
                end.output());
        assertEquals(
                0,
                shell("mount -t tmpfs -o noexec tmpfs disk && ENGINE_CACHE_DIR=$PWD/disk " + java(home(), "--help"))
                        .code());
    }

    @Test
    void usesAnotherFolderWhereHomeAndTmpForbidPrograms() throws Exception {
        End end = shell("mount -t tmpfs -o noexec tmpfs home && mount -t tmpfs -o noexec tmpfs disk"
                + " && mkdir disk/tmp && " + java(home() + " -Djava.io.tmpdir=$PWD/disk/tmp", "inspect builtin"));
        assertEquals(ExitCode.DONE, end.code(), end.output());
    }

    @Test
    void aQuickstartInAFolderThatCannotBeWrittenEndsBeforeItsWork() throws Exception {
        End end = shell("mount -t tmpfs -o ro tmpfs disk && cd disk && " + java(home(), ""));
        assertEquals(ExitCode.WRONG_USE, end.code(), end.output());
        assertTrue(end.output().contains("error: cannot write in the run folder [runs/quickstart]"), end.output());
        assertTrue(end.output().contains("set tinyclip.run.folder"), end.output());
    }

    @Test
    void withoutAnyFolderThatCanBeWrittenOneLineSaysSo() throws Exception {
        End end = shell("mount -t tmpfs -o ro tmpfs disk && mount -t tmpfs -o ro tmpfs /var/tmp && cd disk && "
                + "env -u HOME " + java("-Duser.home=? -Djava.io.tmpdir=$PWD", "inspect builtin"));
        assertEquals(ExitCode.WRONG_USE, end.code(), end.output());
        assertTrue(end.output().contains("set ENGINE_CACHE_DIR"), end.output());
        assertEquals(
                1,
                end.output().lines().filter(line -> line.startsWith("error: ")).count(),
                end.output());
    }

    private String home() {
        return "-Duser.home=" + folder.resolve("home");
    }

    private static String java(String options, String arguments) {
        return Path.of(System.getProperty("java.home"), "bin", "java") + " " + options + " -cp "
                + System.getProperty("java.class.path") + " " + Main.class.getName() + " " + arguments;
    }

    private End shell(String script) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder("unshare", "--mount", "sh", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "the program does not end");
        return new End(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    }
}
