package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.storage.LocalFolder;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderProbeTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void aFolderThatCanBeWrittenAnswersAndNothingIsLeftInIt() throws IOException {
        assertTrue(FolderProbe.of(new LocalFolder(folder.resolve("run"))).answersWithin(LIMIT));
        try (Stream<Path> left = Files.list(folder.resolve("run"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void aWriteThatNeverReturnsIsNoAnswerUntilItDoes() {
        CountDownLatch thaws = new CountDownLatch(1);
        FolderProbe probe = FolderProbe.of(() -> {
            try {
                assertTrue(thaws.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        assertFalse(probe.answersWithin(Duration.ofMillis(50)));
        thaws.countDown();
        assertTrue(probe.answersWithin(LIMIT));
    }

    @Test
    void whatIsRefusedIsAnAnswer() {
        assertTrue(FolderProbe.of(() -> {
                    throw new IOException("read-only file system");
                })
                .answersWithin(LIMIT));
    }

    /** A candidate that took no answer for one would lead, fail at once, and end. */
    @Test
    void aStoreThatIsAwayIsWaitedFor() {
        CountDownLatch asked = new CountDownLatch(2);
        AtomicBoolean back = new AtomicBoolean();
        SharedFolder store = (SharedFolder) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SharedFolder.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "probe" -> {
                        asked.countDown();
                        if (!back.get()) {
                            throw new ConnectException("Connection refused");
                        }
                        yield null;
                    }
                    case "unreadable" -> new UncheckedIOException("gives no answer", (IOException) arguments[1]);
                    default -> "s3://models/run";
                });
        FolderProbe probe = FolderProbe.of(store);
        assertTrue(await(asked), "it is asked again");
        assertFalse(probe.answersWithin(Duration.ofMillis(50)));
        back.set(true);
        assertTrue(probe.answersWithin(LIMIT));
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
