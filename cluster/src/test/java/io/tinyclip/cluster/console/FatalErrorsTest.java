package io.tinyclip.cluster.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
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

    @AfterEach
    void detach() {
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

    private static boolean reads(Path log, String words) {
        try {
            return Files.readString(log).contains(words);
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
