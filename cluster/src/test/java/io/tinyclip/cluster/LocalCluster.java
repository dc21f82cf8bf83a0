package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A run by the packaged jar in processes of their own on loopback, as on machines of a cluster. */
final class LocalCluster implements AutoCloseable {
    private static final long POLL_MILLIS = 50;
    private static final String LOOPBACK = "127.0.0.1";

    private final TrainingRun run;
    private final String folder;
    private final String seeds;
    private final List<Process> processes = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /** @param coordinators how many candidates there will be */
    LocalCluster(TrainingRun run, int coordinators) {
        this(run, run.folder().toString(), coordinators);
    }

    /** @param folder of the run, where it is no other than in a store */
    LocalCluster(TrainingRun run, String folder, int coordinators) {
        this.run = run;
        this.folder = folder;
        this.seeds = IntStream.range(0, coordinators)
                .mapToObj(i -> LOOPBACK + ":" + FreePorts.at(LOOPBACK))
                .collect(Collectors.joining(","));
    }

    /** What machines join. */
    String seeds() {
        return seeds;
    }

    /** Starts the candidate of that number. */
    Process coordinator(int number, int workers, int servers, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                run.conf().toString(),
                "-Dtinyclip.run.folder=" + folder,
                "-Dtinyclip.cluster.mode=cluster",
                "-Dtinyclip.cluster.host=" + LOOPBACK,
                "-Dtinyclip.cluster.port=" + seeds.split(",")[number].split(":")[1],
                "-Dtinyclip.cluster.seeds=" + seeds,
                "-Dtinyclip.workers=" + workers,
                "-Dtinyclip.servers=" + servers));
        arguments.addAll(List.of(more));
        return start("coordinator-" + number, arguments);
    }

    /** Starts a machine that lends itself. */
    Process node(String name, String roles, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "node",
                "--roles",
                roles,
                "--join",
                seeds,
                "-Dtinyclip.cluster.host=" + LOOPBACK,
                "-Dtinyclip.cluster.port=0",
                "-Dtinyclip.threads=1"));
        arguments.addAll(List.of(more));
        return start(name, arguments);
    }

    /** Starts so many machines of a role each. */
    List<Process> nodes(String role, int count) throws IOException {
        List<Process> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(node(role + "-" + i, role));
        }
        return started;
    }

    /** Waits for a process to end, with this exit code. */
    void ends(String name, int exit, Process process) throws InterruptedException {
        assertEquals(exit, PackagedJar.end(process), this::output);
        assertFalse(output(name).contains("\tat "), () -> output(name));
    }

    /** Returns once so many steps are on disk, while the process that was started first lives. */
    void awaitStep(int step) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PackagedJar.LIMIT_SECONDS);
        Process leader = processes.get(0);
        while (run.steps() < step) {
            assertFalse(leader.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS), () -> "ended early:\n" + output());
            assertTrue(System.nanoTime() < deadline, () -> "step " + step + " does not come:\n" + output());
        }
    }

    /** Returns once the candidate of that number leads. */
    void awaitLeader(int number) throws Exception {
        awaitPrinted("coordinator-" + number, "leading\n");
    }

    /** Returns once these have been taken in beside the one that leads. */
    void awaitCandidates(int... numbers) throws Exception {
        for (int number : numbers) {
            awaitPrinted("coordinator-" + number, "waiting to lead: ");
        }
    }

    private void awaitPrinted(String name, String words) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PackagedJar.LIMIT_SECONDS);
        Process process = processes.get(names.indexOf(name));
        while (!output(name).contains(words)) {
            assertFalse(process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS), () -> "ended early:\n" + output());
            assertTrue(System.nanoTime() < deadline, () -> name + " does not say [" + words + "]:\n" + output());
        }
    }

    /** What a process printed. */
    String output(String name) {
        try {
            return Files.readString(outputFile(name));
        } catch (IOException e) {
            return "no output: " + e.getMessage();
        }
    }

    /** What all processes printed. */
    String output() {
        return IntStream.range(0, names.size())
                .mapToObj(i ->
                        "--- " + names.get(i) + " (alive: " + processes.get(i).isAlive() + ")\n" + output(names.get(i)))
                .collect(Collectors.joining("\n"));
    }

    private Process start(String name, List<String> arguments) throws IOException {
        Process process = PackagedJar.start(
                PackagedJar.command(run.options(), arguments.toArray(String[]::new)), outputFile(name));
        processes.add(process);
        names.add(name);
        return process;
    }

    private Path outputFile(String name) {
        return run.folder().resolveSibling(run.folder().getFileName() + "-" + name + ".txt");
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
