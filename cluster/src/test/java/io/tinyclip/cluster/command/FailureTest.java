package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.engine.EngineStartException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import org.junit.jupiter.api.Test;

final class FailureTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void tellsALimitOfThreadsFromOneOfMemoryAndOneOfTheHeap() {
        report(
                ExitCode.FAILED_WITHOUT_THREADS,
                new OutOfMemoryError(
                        "unable to create native thread: possibly out of memory or process/resource limits reached"),
                "pids.max");
        says(
                new IllegalStateException(
                        "[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes."),
                "beside the Java heap");
        says(new OutOfMemoryError("Cannot allocate 4096 bytes"), "beside the Java heap");
        says(new OutOfMemoryError("Java heap space"), "larger -Xmx");
    }

    @Test
    void whatCannotBeNamedOrLoadedHereIsWrongUse() {
        refuses(
                new InvalidPathException("/tmp/m", "Malformed input or input contains unmappable characters"),
                "LC_ALL=C.UTF-8");
        refuses(
                new UnsatisfiedLinkError("/mnt/x.so: x.so: failed to map segment from shared object"),
                "[/mnt/x.so] is on a disk that forbids programs");
        refuses(
                new EngineStartException(new IOException("No space left on device")),
                "has no room for libtorch (500 MB); free some, or set ENGINE_CACHE_DIR");
    }

    /** The loader has the same words for both. */
    @Test
    void tellsAWantOfAddressesFromADiskThatForbidsPrograms() {
        says(
                new UnsatisfiedLinkError("/home/x.so: x.so: failed to map segment from shared object"),
                "no memory is left to load [/home/x.so]; raise the limit of this process's addresses (ulimit -v)");
    }

    private void says(Throwable error, String words) {
        report(ExitCode.FAILED, error, words);
    }

    private void refuses(Throwable error, String words) {
        report(ExitCode.WRONG_USE, error, words);
    }

    private void report(int code, Throwable error, String words) {
        err.reset();
        assertEquals(
                code,
                Failure.report(
                        new IllegalStateException("wrapped", error),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        file -> file.startsWith("/mnt")));
        String line = err.toString(StandardCharsets.UTF_8);
        assertEquals(1, line.lines().count());
        assertTrue(line.contains(words), line);
    }
}
