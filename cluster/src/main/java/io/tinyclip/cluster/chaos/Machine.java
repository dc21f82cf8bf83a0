package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine of the cluster: one process at a time, with a file of output for each life. */
final class Machine {
    /** What a coordinator prints as it takes the lead and as it has lost it. */
    private static final List<String> LEAD = List.of("leading", "leads no more");

    /**
     * What a machine is, whichever process is on it.
     *
     * @param role SERVER, WORKER, or CANDIDATE for every coordinator
     * @param place its number in the network
     * @param failpoints the file that its process looks into at every failpoint
     */
    record Post(String name, Role role, int place, List<String> command, Path failpoints) {}

    private final Post post;
    private final Path logs;
    private Optional<Process> process = Optional.empty();
    private int lives;
    private boolean frozen;
    private boolean leads;
    private boolean doomed;

    Machine(Post post, Path logs) {
        this.post = post;
        this.logs = logs;
    }

    Post post() {
        return post;
    }

    String name() {
        return post.name;
    }

    int lives() {
        return lives;
    }

    /** Starts it, for the first time or again. */
    void start() {
        lives++;
        frozen = false;
        leads = false;
        doomed = false;
        ProcessBuilder builder =
                new ProcessBuilder(post.command).redirectErrorStream(true).redirectOutput(output().toFile());
        builder.environment().putAll(Map.of("TINYCLIP_FAILPOINTS", "@" + post.failpoints));
        try {
            process = Optional.of(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + post.name + ": " + e.getMessage(), e);
        }
    }

    boolean lives(Role role) {
        return isAlive() && (post.role == role);
    }

    boolean isAlive() {
        return process.filter(Process::isAlive).isPresent();
    }

    /** Alive, and not standing still. */
    boolean runs() {
        return isAlive() && !frozen;
    }

    /** How its last process ended; 0 while it lives. */
    int exit() {
        return process.filter(it -> !it.isAlive()).map(Process::exitValue).orElse(0);
    }

    /** Whether this process is to end by what was done to it. */
    boolean isDoomed() {
        return doomed;
    }

    void doom() {
        doomed = true;
    }

    void kill() {
        doomed = true;
        process.ifPresent(Process::destroyForcibly);
    }

    /** Of a process that was killed. */
    void awaitEnd() {
        process.ifPresent(it -> it.onExit().join());
    }

    void terminate() {
        doomed = true;
        process.ifPresent(Process::destroy);
    }

    void freeze() {
        frozen = true;
        signal("-STOP");
    }

    void wake() {
        frozen = false;
        signal("-CONT");
    }

    private void signal(String name) {
        process.filter(Process::isAlive).ifPresent(it -> Tool.run("kill", name, Long.toString(it.pid())));
    }

    /** Looks whether it leads. @return whether it has begun to since the last look */
    boolean beginsToLead() {
        boolean before = leads;
        leads = isAlive()
                && printed()
                        .lines()
                        .filter(line -> LEAD.stream().anyMatch(line::startsWith))
                        .reduce((first, last) -> last)
                        .filter(LEAD.get(0)::equals)
                        .isPresent();
        return leads && !before;
    }

    boolean leads() {
        return leads;
    }

    /** What this life's process printed. */
    String printed() {
        try {
            return Files.exists(output()) ? Files.readString(output()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read [" + output() + "]: " + e.getMessage(), e);
        }
    }

    private Path output() {
        return logs.resolve(post.name + "." + lives + ".txt");
    }
}
