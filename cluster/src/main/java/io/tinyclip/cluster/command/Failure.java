package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.Encoding;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.machine.Mounts;
import io.tinyclip.engine.EngineStartException;
import io.tinyclip.engine.Torch;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever a command throws into one line for the user and an exit code; the trace goes to the log. */
final class Failure {
    private static final Logger LOG = LoggerFactory.getLogger(Failure.class);
    /** How Linux and macOS call it. */
    private static final String DISK_FULL = "No space left on device";
    /** How libtorch calls it. */
    private static final String GPU_FULL = "CUDA out of memory";

    /** How the C library's loader calls a disk that forbids programs, and a want of memory. */
    private static final String NOT_MAPPED = "failed to map segment from shared object";
    /** How the JVM calls it, as an OutOfMemoryError. */
    private static final String NO_THREADS = "unable to create native thread";
    /** How libtorch, of two sizes of failure, and JNA call it. */
    private static final List<String> MEMORY_FULL = List.of(
            "not enough memory: you tried to allocate",
            "DefaultCPUAllocator: can't allocate memory",
            "Cannot allocate ");

    private Failure() {}

    static int report(Throwable error, PrintStream err) {
        return report(error, err, Mounts::forbidPrograms);
    }

    /** @param forbidsPrograms whether the disk under a file does */
    static int report(Throwable error, PrintStream err, Predicate<Path> forbidsPrograms) {
        // Below warning, so that the console does not say it a second time.
        LOG.info("the command failed", error);
        Optional<InvalidInputException> invalid = cause(error, InvalidInputException.class);
        if (invalid.isPresent()) {
            err.println("error: " + oneLine(invalid.get()));
            return ExitCode.WRONG_USE;
        }
        Optional<String> surroundings = surroundings(error, forbidsPrograms);
        if (surroundings.isPresent()) {
            err.println("error: " + surroundings.get());
            return ExitCode.WRONG_USE;
        }
        err.println("error: " + line(error) + log());
        return says(error, NO_THREADS) ? ExitCode.FAILED_WITHOUT_THREADS : ExitCode.FAILED;
    }

    /** What is wrong with where the program was started, which Java says late. */
    private static Optional<String> surroundings(Throwable error, Predicate<Path> forbidsPrograms) {
        if (says(error, NOT_MAPPED) && forbidsPrograms.test(Path.of(library(error)))) {
            return Optional.of(
                    "[" + library(error) + "] is on a disk that forbids programs (noexec); set ENGINE_CACHE_DIR to a "
                            + "folder elsewhere, and leave jna.tmpdir unset");
        }
        if (says(error, DISK_FULL) && cause(error, EngineStartException.class).isPresent()) {
            return Optional.of("[" + Torch.folder()
                    + "] has no room for libtorch (500 MB); free some, or set ENGINE_CACHE_DIR to a folder elsewhere");
        }
        return cause(error, InvalidPathException.class).map(e -> Encoding.unnameable(e.getInput()));
    }

    private static String library(Throwable error) {
        return String.valueOf(root(error).getMessage()).replaceFirst(":.*", "");
    }

    private static String line(Throwable error) {
        if (says(error, NOT_MAPPED)) {
            return "no memory is left to load [" + library(error) + "]; raise the limit of this process's addresses "
                    + "(ulimit -v) or the container's memory";
        }
        if (says(error, NO_THREADS)) {
            return "no more threads may be started; raise the limit of this user (ulimit -u) or container (pids.max), "
                    + "or lower tinyclip.threads";
        }
        if (MEMORY_FULL.stream().anyMatch(words -> says(error, words))) {
            return "the machine or container has no memory left beside the Java heap; raise its limit, start java with "
                    + "a smaller -Xmx, or lower tinyclip.threads or tinyclip.batch";
        }
        if (cause(error, OutOfMemoryError.class).isPresent()) {
            return "out of memory; start java with a larger -Xmx, or lower tinyclip.threads or tinyclip.batch";
        }
        if (says(error, GPU_FULL)) {
            return "the GPU's memory is full; set tinyclip.hold = off, or raise tinyclip.partitions so that each is smaller";
        }
        if (says(error, DISK_FULL)) {
            return "the disk is full; free some space, then give the same command again: a run goes on from its last checkpoint";
        }
        Optional<IOException> io = cause(error, IOException.class);
        return oneLine(io.isPresent() ? outermostMessage(error) : root(error));
    }

    private static boolean says(Throwable error, String words) {
        return causes(error).map(Throwable::getMessage).anyMatch(message -> message != null && message.contains(words));
    }

    /** An I/O error is wrapped by what names the file and the remedy. */
    private static Throwable outermostMessage(Throwable error) {
        return causes(error)
                .filter(cause -> cause.getMessage() != null && cause.getCause() instanceof IOException)
                .reduce((outer, inner) -> inner)
                .orElseGet(() -> root(error));
    }

    private static Throwable root(Throwable error) {
        return causes(error).reduce((outer, inner) -> inner).orElse(error);
    }

    private static String oneLine(Throwable error) {
        String message = error.getMessage() == null ? "" : error.getMessage().replaceAll("\\s+", " ");
        return error instanceof InvalidInputException || error instanceof UncheckedIOException
                ? message
                : error.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    }

    private static String log() {
        return LogFile.where().isEmpty() ? "" : " (details in " + LogFile.where() + ")";
    }

    private static <T extends Throwable> Optional<T> cause(Throwable error, Class<T> type) {
        return causes(error).filter(type::isInstance).map(type::cast).findFirst();
    }

    private static Stream<Throwable> causes(Throwable error) {
        return Stream.iterate(error, cause -> cause != null, Throwable::getCause);
    }
}
