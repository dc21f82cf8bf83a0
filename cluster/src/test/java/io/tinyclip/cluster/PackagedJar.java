package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.ExitCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The packaged jar as a user starts it, in processes of its own. */
final class PackagedJar {
    static final Path FILE = Path.of("target", "coordinator.jar").toAbsolutePath();
    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    static final long LIMIT_SECONDS = 240;

    /** For processes of seconds, of which the optimizing compiler would take half. */
    static final String BRIEF = "-XX:TieredStopAtLevel=1";

    /** How a process ended, and all that it printed. */
    record Result(int exit, String output) {
        /** Fails with the output where the exit code is another. */
        Result requireExit(int expected) {
            assertEquals(expected, exit, output);
            return this;
        }

        /** Fails unless the user got exit code 2 and one line that says all this. */
        void requireRefusal(String... parts) {
            requireExit(ExitCode.WRONG_USE);
            assertEquals(1, output.lines().count(), output);
            for (String part : parts) {
                assertTrue(output.contains(part), output + " says nothing of " + part);
            }
        }
    }

    private PackagedJar() {}

    /** The command line that runs the jar in a JVM with options. */
    static List<String> command(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(options);
        command.addAll(List.of("-jar", FILE.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs the jar to its end, which is near. */
    static Result run(String... arguments) throws Exception {
        return run(command(List.of(BRIEF), arguments));
    }

    /** Runs a command to its end. */
    static Result run(List<String> command) throws Exception {
        Path output = Files.createTempFile("tinyclip-output", ".txt");
        try {
            int exit = end(start(command, output));
            return new Result(exit, Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    /** Starts a command whose output and errors go to a file. */
    static Process start(List<String> command, Path output) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Returns once somebody listens there. */
    static void awaitListening(InetSocketAddress port) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!listens(port)) {
            assertTrue(System.nanoTime() < deadline, "nobody listens at " + port);
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS))
                    .get();
        }
    }

    private static boolean listens(InetSocketAddress port) {
        try (Socket socket = new Socket()) {
            socket.connect(port);
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }

    /** The exit code, once the process has ended. */
    static int end(Process process) throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("still running after " + LIMIT_SECONDS + " s");
        }
        return process.exitValue();
    }
}
