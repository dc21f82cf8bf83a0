package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.storage.LocalFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
}
