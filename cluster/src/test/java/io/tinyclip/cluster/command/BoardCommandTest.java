package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.board.RunFolders;
import io.tinyclip.cluster.console.ExitCode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BoardCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path runs;

    @Test
    void servesTheRunsOfAFolderUntilItIsEnded() throws Exception {
        Files.createDirectories(runs.resolve("one"));
        Files.writeString(runs.resolve("one/metrics.jsonl"), "{\"loss\":1}\n");
        PipedInputStream printed = new PipedInputStream();
        PrintStream out = new PrintStream(new PipedOutputStream(printed), true, StandardCharsets.UTF_8);
        Thread serving = new Thread(() -> execute(out, out, runs.toString(), "--port", "0"));
        serving.start();
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(printed, StandardCharsets.UTF_8));
            String line = CompletableFuture.supplyAsync(() -> read(lines)).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertTrue(line.startsWith("page: http://127.0.0.1:"), line);
            HttpRequest asking = HttpRequest.newBuilder(URI.create(line.substring("page: ".length()) + "api/runs"))
                    .timeout(LIMIT)
                    .build();
            String answer = HttpClient.newHttpClient()
                    .send(asking, HttpResponse.BodyHandlers.ofString())
                    .body();
            assertTrue(answer.startsWith("{\"live\":false,\"runs\":[{\"name\":\"one\","), answer);
        } finally {
            serving.interrupt();
            serving.join(LIMIT.toMillis());
        }
        assertFalse(serving.isAlive());
    }

    @Test
    void aRunInsteadOfAFolderOfRunsIsShownAlsoBeforeItHasARecord() throws Exception {
        Files.createDirectories(runs.resolve("one"));
        Files.writeString(runs.resolve("one/metrics.jsonl"), "{\"loss\":1}\n");
        assertEquals(new RunFolders(runs.toAbsolutePath(), Optional.of("one")), RunFolders.in(runs.resolve("one")));
        assertEquals(new RunFolders(runs.toAbsolutePath(), Optional.empty()), RunFolders.in(runs));
    }

    @Test
    void refusesAFolderThatIsNone() {
        refuses("must be a folder of run folders", runs.resolve("none").toString());
    }

    @Test
    void refusesSeveralAddressesAndPortsThatCannotBe() {
        refuses("must be one HOST:PORT", runs.toString(), "--at", "a:1,b:2");
        refuses("tinyclip.board.port [70000]", runs.toString(), "--port", "70000");
    }

    @Test
    void whatIsAskedWhileSomebodyLooksIsAskedOnceAtATime() {
        Queue<CompletableFuture<String>> asked = new ArrayDeque<>();
        CompletableFuture<String> first = new CompletableFuture<>();
        Remembered<String> remembered = new Remembered<>(() -> {
            asked.add(first);
            return first.join();
        });
        CompletableFuture<Optional<String>> one = remembered.get().toCompletableFuture();
        CompletableFuture<Optional<String>> two = remembered.get().toCompletableFuture();
        first.complete("answer");
        assertEquals(Optional.of("answer"), one.join());
        assertEquals(Optional.of("answer"), two.join());
        assertEquals(
                Optional.of("answer"), remembered.get().toCompletableFuture().join());
        assertEquals(1, asked.size());
    }

    @Test
    void aClusterThatDoesNotAnswerIsNotAskedAgainAtOnceAndItsFailureIsTold() {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        Remembered<String> remembered = new Remembered<>(() -> {
            asked.add("once");
            throw new IllegalStateException("nobody is there");
        });
        for (int i = 0; i < 2; i++) {
            CompletionException failure = assertThrows(
                    CompletionException.class,
                    () -> remembered.get().toCompletableFuture().join());
            assertEquals("nobody is there", failure.getCause().getMessage());
        }
        assertEquals(1, asked.size());
    }

    @Test
    void whoComesBackLaterIsToldNothingOfLongAgo() {
        AtomicLong nanos = new AtomicLong();
        AtomicInteger asked = new AtomicInteger();
        Remembered<Integer> remembered = new Remembered<>(asked::incrementAndGet, nanos::get);
        assertEquals(Optional.of(1), remembered.get().toCompletableFuture().join());
        nanos.set(Duration.ofMinutes(2).toNanos());
        assertEquals(Optional.of(2), remembered.get().toCompletableFuture().join());
    }

    private static void refuses(String line, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(err, true, StandardCharsets.UTF_8);
        assertEquals(ExitCode.WRONG_USE, execute(print, print, arguments));
        String text = err.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains(line) && text.lines().count() == 1, text);
    }

    private static int execute(PrintStream out, PrintStream err, String... arguments) {
        String[] line = new String[arguments.length + 1];
        line[0] = "board";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        Tools tools = new Tools(
                () -> {
                    throw new AssertionError("nothing is computed");
                },
                () -> {
                    throw new AssertionError("nothing is trained");
                },
                out,
                err);
        return CommandLineTool.execute(tools, line);
    }

    private static String read(BufferedReader lines) {
        try {
            return Optional.ofNullable(lines.readLine()).orElse("nothing");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
