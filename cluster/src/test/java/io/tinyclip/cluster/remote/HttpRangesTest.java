package io.tinyclip.cluster.remote;

import static io.tinyclip.cluster.remote.FaultyServer.cutAfter;
import static io.tinyclip.cluster.remote.FaultyServer.elsewhere;
import static io.tinyclip.cluster.remote.FaultyServer.none;
import static io.tinyclip.cluster.remote.FaultyServer.redirect;
import static io.tinyclip.cluster.remote.FaultyServer.silentAfter;
import static io.tinyclip.cluster.remote.FaultyServer.status;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.ChangedBlobException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading over HTTP from a server that does wrong what servers do. */
final class HttpRangesTest {
    private static final int SIZE = 300_000;

    private final byte[] bytes = new byte[SIZE];
    private final List<Long> waits = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    private FaultyServer server;

    @BeforeEach
    void serve() throws IOException {
        new Random(1).nextBytes(bytes);
        server = new FaultyServer().put("/a.tar", bytes, "\"1\"");
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void readsRangesOfOneVersion() throws IOException {
        Blob blob = blob("/a.tar");
        assertEquals(SIZE, blob.size());
        assertEquals("\"1\"", blob.version());
        assertArrayEquals(Arrays.copyOfRange(bytes, 1000, 51_000), read(blob, 1000, 50_000));
        assertEquals("bytes=1000-50999", last().range());
        assertEquals("\"1\"", last().condition());
        assertThrows(EOFException.class, () -> read(blob, SIZE - 1, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void asksAgainWhereTheServerIsBusy(int status) throws IOException {
        server.then(status(status), none(), status(status), status(status));
        assertArrayEquals(Arrays.copyOf(bytes, 100), read(blob("/a.tar"), 0, 100));
        assertEquals(3, waits.size(), waits.toString());
    }

    @Test
    void aServerThatIsBusyForEverEndsInOneLine() {
        server.then(status(503), status(503), status(503), status(503), status(503));
        IOException failure =
                assertThrows(IOException.class, () -> blob("/a.tar").size());
        assertTrue(failure.getMessage().contains("status 503"), failure.getMessage());
        assertTrue(failure.getMessage().contains("also when asked 4 times"), failure.getMessage());
        assertEquals(4, server.seen().size());
    }

    @Test
    void aCutAnswerGoesOnAtTheByteThatWasReached() throws IOException {
        server.then(none(), cutAfter(70_000), cutAfter(100_000));
        assertArrayEquals(bytes, read(blob("/a.tar"), 0, SIZE));
        List<String> asked =
                server.seen().stream().map(FaultyServer.Seen::range).toList();
        assertEquals(List.of("bytes=0-0", "bytes=0-299999", "bytes=70000-299999", "bytes=170000-299999"), asked);
    }

    @Test
    void aSilentServerIsLeftAndAskedAgain() throws IOException {
        server.then(none(), silentAfter(1000));
        assertArrayEquals(bytes, read(blob("/a.tar", Map.of("stall", "300ms")), 0, SIZE));
        assertEquals("bytes=1000-299999", last().range());
    }

    @Test
    void otherBytesThanThoseAskedForAreRefused() {
        server.then(none(), elsewhere());
        IOException failure = assertThrows(IOException.class, () -> read(blob("/a.tar"), 0, 100));
        assertTrue(failure instanceof ChangedBlobException || failure instanceof RefusedException, failure.toString());
    }

    @Test
    void aChangedObjectIsNoticedBetweenTwoReadsAndWithinOne() throws IOException {
        Blob blob = blob("/a.tar");
        read(blob, 0, 100);
        server.put("/a.tar", new byte[SIZE], "\"2\"");
        assertThrows(ChangedBlobException.class, () -> read(blob, 100, 100));
        Blob second = blob("/a.tar");
        second.size();
        server.then(cutAfter(100));
        FaultyServer.Fault change = (there, exchange) -> {
            there.put("/a.tar", new byte[SIZE - 1], "\"3\"");
            return false;
        };
        server.then(change);
        assertThrows(ChangedBlobException.class, () -> read(second, 0, 1000));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void whatMayNotBeReadEndsAtOnce(int status) {
        server.then(status(status));
        IOException failure =
                assertThrows(AccessDeniedException.class, () -> blob("/a.tar").size());
        assertTrue(failure.getMessage().contains("status " + status), failure.getMessage());
        assertEquals(1, server.seen().size());
    }

    @Test
    void whatIsMissingEndsAtOnce() {
        assertThrows(NoSuchFileException.class, () -> blob("/b.tar").size());
        assertEquals(1, server.seen().size());
    }

    @Test
    void aServerWithoutRangesServesSmallFilesAlone() throws IOException {
        server.withoutRanges();
        assertArrayEquals(Arrays.copyOfRange(bytes, 7, 107), read(blob("/a.tar"), 7, 100));
        server.put("/large.tar", new byte[(1 << 24) + 1], "\"1\"");
        IOException failure =
                assertThrows(IOException.class, () -> blob("/large.tar").size());
        assertTrue(failure.getMessage().contains("without range requests"), failure.getMessage());
    }

    @Test
    void anEmptyFileIsEmpty() throws IOException {
        server.put("/empty", new byte[0], "\"1\"");
        assertEquals(0, blob("/empty").size());
    }

    @Test
    void aTokenIsNotShownToWhereARedirectLeads() throws IOException {
        try (FaultyServer other = new FaultyServer().put("/cdn", bytes, "\"x\"")) {
            Map<String, String> hub = Map.of("HF_ENDPOINT", server.url(""), "HF_TOKEN", "hf_secret");
            server.then(redirect(other.url("/cdn?sig=1")), redirect(other.url("/cdn?sig=2")));
            Blob blob = RemoteStore.waiting(TestStorage.settings(folder, hub), waits::add)
                    .open("hf://datasets/o/n@v1/a/b.tar");
            assertArrayEquals(Arrays.copyOf(bytes, 10), read(blob, 0, 10));
            assertEquals("/datasets/o/n/resolve/v1/a/b.tar", last().path());
            assertEquals("Bearer hf_secret", last().authorization());
            assertEquals(2, other.seen().size());
            other.seen().forEach(seen -> assertEquals("null", seen.authorization()));
        }
    }

    @Test
    void aRedirectThatLeadsInACircleEnds() {
        FaultyServer.Fault circle = redirect(server.url("/a.tar"));
        server.then(circle, circle, circle, circle, circle, circle, circle);
        IOException failure =
                assertThrows(IOException.class, () -> blob("/a.tar").size());
        assertTrue(failure.getMessage().contains("redirected more than"), failure.getMessage());
    }

    @Test
    void aSignatureIsInNoMessage() {
        server.then(status(403));
        Blob blob = blob("/a.tar?X-Amz-Signature=abcdef");
        IOException failure = assertThrows(IOException.class, blob::size);
        assertFalse(failure.toString().contains("abcdef"), failure.toString());
        assertFalse(blob.location().contains("abcdef"));
        assertEquals("/a.tar?X-Amz-Signature=abcdef", last().path());
    }

    @Test
    void httpListsNothing() {
        String message = assertThrows(
                        InvalidInputException.class, () -> RemoteStore.of(TestStorage.settings(folder, Map.of()))
                                .list(server.url("/*.tar")))
                .getMessage();
        assertTrue(message.contains("{000..041}"), message);
    }

    private FaultyServer.Seen last() {
        return server.seen().get(server.seen().size() - 1);
    }

    private Blob blob(String path) {
        return blob(path, Map.of());
    }

    private Blob blob(String path, Map<String, String> settings) {
        return RemoteStore.waiting(TestStorage.settings(folder, settings), waits::add)
                .open(server.url(path));
    }

    private static byte[] read(Blob blob, long offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        blob.read(offset, into);
        return into.array();
    }
}
