package io.tinyclip.cluster.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tinyclip.cluster.console.Encoding;
import io.tinyclip.cluster.console.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shells stand for processes of the program: what they are for is their kind, and how they end their exit code. */
class CrewTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String FOR_EVER = "while :; do sleep 0.1; done";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void handsOnWhatHelpersPrintUnderTheirNames() {
        assertEquals(ExitCode.DONE, stay(helper("a", "echo one; echo two >&2"), helper("b", "echo three")));
        List<String> lines = text().lines().sorted().toList();
        assertEquals(List.of("a | one", "a | two", "b | three"), lines);
    }

    /** Without a locale, too, where Java reads ASCII. */
    @Test
    void handsOnLettersOfAllScripts() {
        assumeTrue(Encoding.printed().equals(StandardCharsets.UTF_8), "this locale has another encoding");
        assertEquals(ExitCode.DONE, stay(helper("a", "printf 'Gr\\303\\266\\303\\237e\\n'")));
        assertEquals("a | Größe", text().strip());
    }

    @Test
    void startsAgainWhoDiesAndNotWhoIsAskedToEnd() throws IOException {
        String dies = "echo x >> lives; [ $(wc -l < lives) -ge 3 ] || kill -9 $$";
        String leaves = "echo x >> left; kill -TERM $$";
        assertEquals(ExitCode.DONE, stay(helper("dies", dies), helper("leaves", leaves)));
        assertEquals(3, Files.readAllLines(folder.resolve("lives")).size());
        assertEquals(1, Files.readAllLines(folder.resolve("left")).size());
        assertTrue(text().contains("dies has ended with code 137 and is started again in 1 s"), text());
    }

    @Test
    void whatOneIsRefusedIsRefusedToAll() {
        assertEquals(ExitCode.WRONG_USE, stay(helper("a", FOR_EVER), helper("b", "exit 2"), leader(FOR_EVER)));
    }

    @Test
    void aRunThatIsFinishedEndsItsHelpers() {
        assertEquals(
                ExitCode.DONE,
                stay(leader("sleep 0.3; touch done"), helper("a", "while [ ! -e done ]; do sleep 0.1; done; exit 1")));
    }

    @Test
    void aRunThatFailsEndsItsHelpersAtOnce() {
        assertEquals(ExitCode.FAILED, stay(leader("exit 1"), helper("a", FOR_EVER)));
    }

    @Test
    void aLeaderThatDiesLeadsAgain() {
        String command = "echo x >> leads; [ $(wc -l < leads) -ge 2 ] || kill -9 $$";
        assertEquals(ExitCode.DONE, stay(leader(command), helper("a", FOR_EVER)));
        assertTrue(text().contains("leader has ended with code 137"), text());
    }

    @Test
    void endsLeaderFirstAndThenHelpersWhereItIsAskedTo() throws Exception {
        String noted = "trap 'echo %1$s >> ends; exit 143' TERM; touch %1$s; " + FOR_EVER;
        Crew crew = crew(
                PATIENCE,
                helper("a", String.format(noted, "helper")),
                new Post("leader", Post.Kind.LEADER, shell(String.format(noted, "leader")), Map.of()));
        Thread staying = new Thread(crew::stay);
        staying.start();
        assertTimeoutPreemptively(LIMIT, () -> {
            while (!Files.exists(folder.resolve("helper")) || !Files.exists(folder.resolve("leader"))) {
                Thread.onSpinWait();
            }
        });
        crew.end();
        staying.join(LIMIT.toMillis());
        assertFalse(staying.isAlive());
        assertEquals(List.of("leader", "helper"), Files.readAllLines(folder.resolve("ends")));
    }

    @Test
    void whoDoesNotEndInTimeIsEnded() {
        assertEquals(
                ExitCode.FAILED,
                stayed(crew(
                        Duration.ofSeconds(1),
                        leader("while [ ! -e deaf ]; do sleep 0.1; done; exit 1"),
                        helper("a", "trap '' TERM; touch deaf; " + FOR_EVER))));
    }

    @Test
    void whoCannotBeStartedIsNamed() {
        Post absent =
                new Post("a", Post.Kind.HELPER, List.of(folder.resolve("absent").toString()), Map.of());
        assertEquals(ExitCode.FAILED, stay(absent));
        assertTrue(text().startsWith("a cannot be started: "), text());
    }

    private int stay(Post... posts) {
        return stayed(crew(PATIENCE, posts));
    }

    private static int stayed(Crew crew) {
        return assertTimeoutPreemptively(LIMIT, crew::stay);
    }

    /** @param patience for those who are asked to end */
    private Crew crew(Duration patience, Post... posts) {
        return new Crew(Arrays.asList(posts), new PrintStream(printed, true, StandardCharsets.UTF_8), patience);
    }

    private Post helper(String name, String script) {
        return new Post(name, Post.Kind.HELPER, shell(script), Map.of());
    }

    private Post leader(String script) {
        return new Post("leader", Post.Kind.LEADER, shell(script), Map.of());
    }

    private List<String> shell(String script) {
        return List.of("sh", "-c", "cd " + folder + "; " + script);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
