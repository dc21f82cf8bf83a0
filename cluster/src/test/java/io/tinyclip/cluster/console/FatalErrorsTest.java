package io.tinyclip.cluster.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class FatalErrorsTest {
    @TempDir
    private Path folder;

    private final PrintStream before = System.err;

    @AfterEach
    void detach() {
        System.setErr(before);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender("fatal");
    }

    @Test
    void endTheProcessOnceTheyAreInTheLog() throws Exception {
        Path log = folder.resolve("log.txt");
        List<Throwable> ends = new ArrayList<>();
        List<Boolean> logged = new ArrayList<>();
        FatalErrors.endWith(error -> {
            ends.add(error);
            logged.add(reads(log, "Uncaught error from thread"));
        });
        LogFile.to(log);
        Error threads = new OutOfMemoryError("unable to create native thread: possibly out of memory");
        Logger akka = LoggerFactory.getLogger("akka.actor.ActorSystemImpl");
        akka.error("an actor failed", new IllegalStateException("of its own"));
        LoggerFactory.getLogger("io.tinyclip.cluster.command.Failure").error("handled", threads);
        assertEquals(List.of(), ends);
        akka.error("Uncaught error from thread [a], shutting down", threads);
        assertEquals(List.of(threads), ends);
        assertEquals(List.of(true), logged);
        assertTrue(reads(log, "of its own"));
    }

    /** Java prints a trace so: the error itself, as an object, then its lines. */
    @Test
    void endTheProcessBeforeTheirTraceIsPrinted() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        FatalErrors.endWith(error -> {
            throw new IllegalStateException("ended", error);
        });
        Error threads = new OutOfMemoryError("unable to create native thread: possibly out of memory");
        assertEquals(
                threads,
                assertThrows(IllegalStateException.class, () -> System.err.println((Object) threads))
                        .getCause());
        assertEquals("", printed.toString(StandardCharsets.UTF_8));
        System.err.println((Object) new IllegalStateException("no fatal one"));
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("no fatal one"));
    }

    private static boolean reads(Path log, String words) {
        try {
            return Files.readString(log).contains(words);
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
