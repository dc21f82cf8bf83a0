package io.tinyclip.cluster.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.remote.ObjectServer.Fault;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that is busy, cuts connections, or is asked by two at the same time. */
final class S3FaultsTest {
    private static final Runnable ALLOWED = () -> {};

    @TempDir
    private Path home;

    private ObjectServer server;

    @BeforeEach
    void serve() throws IOException {
        server = new ObjectServer(true);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SLOW_DOWN", "LOST_ANSWER", "CONFLICT", "TIMED_OUT"})
    void whoCreatedKnowsItWhateverBecameOfTheAnswer(Fault fault) throws IOException {
        server.then(fault, fault);
        assertTrue(folder().create("term-1"));
        assertFalse(folder().create("term-1"));
        server.then(fault);
        assertFalse(folder().create("term-1"));
    }

    @ParameterizedTest
    @EnumSource(names = {"SLOW_DOWN", "LOST_ANSWER", "CONFLICT", "TIMED_OUT"})
    void writesAgainWhereThatHelps(Fault fault) throws IOException {
        server.then(fault, fault, fault);
        write("run.json", "text".getBytes(StandardCharsets.UTF_8));
        assertEquals("text", folder().text("run.json").orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(names = {"SLOW_DOWN", "LOST_ANSWER", "TIMED_OUT"})
    void eachRequestOfALargeObjectMayFail(Fault fault) throws IOException {
        byte[] bytes = new byte[S3Upload.PART + 5];
        bytes[S3Upload.PART] = 7;
        // To begin it, the first part, the second, and to put it together; what was begun in vain is left behind.
        for (int request = 0; request < 4; request++) {
            server.then(fault, Fault.NONE);
        }
        write("part", bytes);
        assertArrayEquals(bytes, server.objects().get("bucket/run/part"));
    }

    @Test
    void anAnswerThatIsLostWhenALargeObjectIsFinishedIsNoFailure() {
        byte[] bytes = new byte[S3Upload.PART + 5];
        AtomicBoolean lost = new AtomicBoolean();
        folder().write("part", channel -> channel.write(ByteBuffer.wrap(bytes)), () -> {
            if (lost.compareAndSet(false, true)) {
                server.then(Fault.LOST_ANSWER);
            }
        });
        assertTrue(lost.get());
        assertArrayEquals(bytes, server.objects().get("bucket/run/part"));
    }

    @Test
    void aStoreThatIsBusyForEverEndsInOneLine() {
        Fault[] busy = new Fault[10];
        Arrays.fill(busy, Fault.SLOW_DOWN);
        server.then(busy);
        String message = assertThrows(UncheckedIOException.class, () -> write("x", new byte[1]))
                .getMessage();
        assertTrue(message.contains("SlowDown") && message.contains("asked 4 times"), message);
        assertEquals(1, message.lines().count());
        assertEquals(Map.of(), server.objects());
    }

    @Test
    void whatMayNotBeWrittenEndsAtOnce() {
        server.then(Fault.FORBIDDEN);
        String message = assertThrows(UncheckedIOException.class, () -> write("x", new byte[1]))
                .getMessage();
        assertTrue(message.contains("AccessDenied") && message.contains("AWS_PROFILE"), message);
        assertEquals(1, server.seen().size());
    }

    @Test
    void isAskedWhetherItMayBeforeEachAttempt() {
        AtomicInteger asked = new AtomicInteger();
        server.then(Fault.SLOW_DOWN, Fault.SLOW_DOWN);
        assertThrows(IllegalStateException.class, () -> folder().write(
                        "manifest.json", channel -> channel.write(ByteBuffer.allocate(1)), () -> {
                            if (asked.incrementAndGet() == 3) {
                                throw new IllegalStateException("followed");
                            }
                        }));
        assertEquals(Map.of(), server.objects());
    }

    @Test
    void ofManyWhoCreateOneSucceeds() {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Boolean>> tries = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                tries.add(CompletableFuture.supplyAsync(this::created, threads));
            }
            assertEquals(1, tries.stream().filter(CompletableFuture::join).count());
        } finally {
            threads.shutdownNow();
        }
        assertEquals(Set.of("bucket/run/term-1"), server.objects().keySet());
    }

    @Test
    void whatWasCutOffIsAborted() {
        assertThrows(UncheckedIOException.class, () -> folder().write(
                        "part",
                        channel -> {
                            channel.write(ByteBuffer.allocate(S3Upload.PART + 1));
                            throw new IOException("gone");
                        },
                        ALLOWED));
        assertEquals(0, server.uploads());
        assertEquals(Map.of(), server.objects());
    }

    @Test
    void aStoreWithoutConditionalPutIsRefused() throws IOException {
        try (ObjectServer other = new ObjectServer(false)) {
            SharedFolder folder = folder(other);
            String message =
                    assertThrows(InvalidInputException.class, folder::probe).getMessage();
            assertTrue(message.contains("no conditional put"), message);
            assertEquals(Map.of(), other.objects());
        }
        folder().probe();
        assertEquals(Map.of(), server.objects());
    }

    @Test
    void aRequestForAnotherRegionIsNoMissingCondition() {
        server.then(Fault.OTHER_REGION);
        String message = assertThrows(IOException.class, () -> folder().probe()).getMessage();
        assertTrue(message.contains("AuthorizationHeaderMalformed"), message);
        assertFalse(message.contains("conditional"), message);
    }

    @Test
    void aStoreThatIsBusyIsNotRefused() {
        server.then(Fault.SLOW_DOWN, Fault.SLOW_DOWN, Fault.SLOW_DOWN, Fault.SLOW_DOWN);
        assertThrows(IOException.class, () -> folder().probe());
    }

    private boolean created() {
        try {
            return folder().create("term-1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, byte[] bytes) {
        folder().write(name, channel -> channel.write(ByteBuffer.wrap(bytes)), ALLOWED);
    }

    private SharedFolder folder() {
        return folder(server);
    }

    private SharedFolder folder(ObjectServer at) {
        return RemoteStore.waiting(TestStorage.settings(home, at.settings()), millis -> {})
                .folder("s3://bucket/run");
    }
}
