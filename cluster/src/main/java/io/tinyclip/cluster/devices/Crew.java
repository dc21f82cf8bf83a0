package io.tinyclip.cluster.devices;

import io.tinyclip.cluster.console.Encoding;
import io.tinyclip.cluster.console.ExitCode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Starts processes, starts those again that die, and ends all of them with itself. */
final class Crew {
    private static final File NOTHING = new File("/dev/null");
    private static final Duration BY_ITSELF = Duration.ofSeconds(10);

    private final List<Post> posts;
    private final PrintStream out;
    private final Duration endsWithin;
    private final List<Kept> all = new ArrayList<>();
    private final CountDownLatch left;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean ending;

    /** A post, and the process that has it now. */
    private static final class Kept {
        private final Post post;
        private Optional<Process> process = Optional.empty();
        private Verdict verdict = Verdict.AGAIN;

        private Kept(Post post) {
            this.post = post;
        }
    }

    /**
     * @param out gets what helpers print, each line with their name, and what happens to them
     * @param endsWithin how long a process that is asked to end may take
     */
    Crew(List<Post> posts, PrintStream out, Duration endsWithin) {
        this.posts = List.copyOf(posts);
        this.out = out;
        this.endsWithin = endsWithin;
        this.left = new CountDownLatch(posts.size());
    }

    /**
     * Returns once all have ended for good, or were ended as this process is asked to end.
     *
     * @return the {@link ExitCode}: that of the leader; without one, done if all of them are
     */
    int stay() {
        Thread hook = new Thread(this::end, "end-crew");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            posts.forEach(post -> all.add(new Kept(post)));
            all.forEach(kept -> threads.execute(() -> keep(kept)));
            left.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end();
        } finally {
            threads.shutdown();
            forget(hook);
        }
        return outcome();
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // It runs, and finds all ended.
        }
    }

    private synchronized int outcome() {
        if (all.stream().anyMatch(kept -> kept.verdict == Verdict.REFUSED)) {
            return ExitCode.WRONG_USE;
        }
        List<Kept> deciding = ofKind(Post.Kind.LEADER).findAny().isPresent()
                ? ofKind(Post.Kind.LEADER).toList()
                : all;
        return deciding.stream().allMatch(kept -> kept.verdict == Verdict.DONE) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private Stream<Kept> ofKind(Post.Kind kind) {
        return all.stream().filter(kept -> kept.post.kind() == kind);
    }

    private void keep(Kept kept) {
        Restarts restarts = new Restarts();
        Optional<Duration> next = Optional.of(Duration.ZERO);
        try {
            while (next.isPresent() && awaitTurn(next.get())) {
                next = once(kept) == Verdict.AGAIN ? again(kept, restarts) : Optional.empty();
            }
        } catch (UncheckedIOException e) {
            out.println(kept.post.name() + " cannot be started: " + e.getMessage());
        } finally {
            left.countDown();
        }
        if (endsAll(kept)) {
            endRest(kept);
        }
    }

    /** Of a finished run helpers are told, and end by themselves. */
    private void endRest(Kept last) {
        List<Process> helpers;
        synchronized (this) {
            ending = true;
            notifyAll();
            helpers = last.verdict == Verdict.DONE
                    ? ofKind(Post.Kind.HELPER)
                            .flatMap(kept -> kept.process.stream())
                            .toList()
                    : List.of();
        }
        awaitAll(helpers, BY_ITSELF, process -> {});
        end();
    }

    /** A run without its leader, and what one process was refused, is over for all. */
    private synchronized boolean endsAll(Kept kept) {
        return kept.verdict == Verdict.REFUSED || kept.post.kind() == Post.Kind.LEADER;
    }

    private Verdict once(Kept kept) {
        Optional<Process> started = start(kept);
        if (started.isEmpty()) {
            return Verdict.DONE;
        }
        Process process = started.get();
        if (kept.post.kind() == Post.Kind.HELPER) {
            handOn(kept.post.name(), process);
        }
        int exit = awaitEnd(process);
        Verdict verdict = ending ? Verdict.DONE : Verdict.of(kept.post.kind(), exit);
        synchronized (this) {
            kept.verdict = verdict;
        }
        return verdict;
    }

    private Optional<Duration> again(Kept kept, Restarts restarts) {
        Optional<Duration> next = restarts.next(System.nanoTime());
        out.println(kept.post.name()
                + next.map(wait -> " has ended with code " + exit(kept) + " and is started again in " + wait.toSeconds()
                                + " s")
                        .orElse(" has ended " + (Restarts.MOST + 1) + " times within an hour, with code " + exit(kept)
                                + " at last, and is left out"));
        return next;
    }

    private synchronized int exit(Kept kept) {
        return kept.process.map(Process::exitValue).orElse(ExitCode.FAILED);
    }

    /** @return empty where all are to end */
    private synchronized Optional<Process> start(Kept kept) {
        if (ending) {
            return Optional.empty();
        }
        ProcessBuilder builder = new ProcessBuilder(kept.post.command());
        builder.environment().putAll(kept.post.environment());
        if (kept.post.kind() == Post.Kind.LEADER) {
            // Its bar needs the terminal itself.
            builder.inheritIO();
        } else {
            builder.redirectInput(NOTHING).redirectErrorStream(true);
        }
        try {
            kept.process = Optional.of(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return kept.process;
    }

    private void handOn(String name, Process process) {
        try (BufferedReader lines = process.inputReader(Encoding.printed())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(name + " | " + line);
            }
        } catch (IOException e) {
            // It has ended in the middle of a line.
        }
    }

    private static int awaitEnd(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return ExitCode.FAILED;
        }
    }

    /** @return whether another start is still wanted then */
    private synchronized boolean awaitTurn(Duration wait) {
        long until = System.nanoTime() + wait.toNanos();
        try {
            for (long rest = wait.toNanos(); rest > 0 && !ending; rest = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, rest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !ending;
    }

    /** The leader first: it needs the others for its last step. Asked a second time, it waits like the first. */
    void end() {
        synchronized (this) {
            ending = true;
            notifyAll();
        }
        end(Post.Kind.LEADER);
        end(Post.Kind.HELPER);
    }

    private void end(Post.Kind kind) {
        List<Process> asked;
        synchronized (this) {
            asked = ofKind(kind).flatMap(kept -> kept.process.stream()).toList();
        }
        asked.forEach(Process::destroy);
        awaitAll(asked, endsWithin, Process::destroyForcibly);
    }

    private static void awaitAll(List<Process> processes, Duration limit, Consumer<Process> late) {
        long until = System.nanoTime() + limit.toNanos();
        for (Process process : processes) {
            try {
                if (!process.waitFor(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    late.accept(process);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                late.accept(process);
            }
        }
    }
}
