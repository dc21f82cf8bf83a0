package io.tinyclip.cluster.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.ChangedBlobException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading from a store that speaks S3, written by others. */
final class S3PlacesTest {
    private static final byte[] BYTES = new byte[200_000];

    private static S3Server server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void serve() throws Exception {
        new Random(3).nextBytes(BYTES);
        server = new S3Server()
                .put("set/000.tar", BYTES)
                .put("set/001.tar", BYTES)
                .put("set/001.json", new byte[3]);
        server.put("set/deep/002.tar", BYTES).put("odd/a b+c=\u00fc&d.tar", BYTES);
    }

    @AfterAll
    static void close() throws Exception {
        server.close();
    }

    @Test
    void readsRangesOfASignedStore() throws IOException {
        Blob blob = store(server.settings()).open("s3://pairs/set/000.tar");
        assertEquals(BYTES.length, blob.size());
        assertArrayEquals(Arrays.copyOfRange(BYTES, 500, 1500), read(blob, 500, 1000));
    }

    @Test
    void readsKeysWithAnyLetters() throws IOException {
        Blob blob = store(server.settings()).open("s3://pairs/odd/a b+c=\u00fc&d.tar");
        assertArrayEquals(Arrays.copyOf(BYTES, 100), read(blob, 0, 100));
    }

    @Test
    void takesCredentialsFromTheProfile() throws IOException {
        Files.createDirectories(S3Server.profileIn(folder).getParent());
        Files.writeString(S3Server.profileIn(folder), S3Server.profile());
        Blob blob = store(Map.of("AWS_ENDPOINT_URL", server.endpoint())).open("s3://pairs/set/000.tar");
        assertEquals(BYTES.length, blob.size());
    }

    @Test
    void wrongCredentialsAndNoneAreRefusedAtOnce() {
        Map<String, String> wrong = new HashMap<>(server.settings());
        wrong.put("AWS_SECRET_ACCESS_KEY", "wrong");
        IOException failure = assertThrows(
                AccessDeniedException.class,
                () -> store(wrong).open("s3://pairs/set/000.tar").size());
        assertTrue(failure.getMessage().contains("AWS_ACCESS_KEY_ID"), failure.getMessage());
        Map<String, String> none = Map.of("s3.endpoint", server.endpoint(), "s3.credentials", "anonymous");
        assertThrows(
                AccessDeniedException.class,
                () -> store(none).open("s3://pairs/set/000.tar").size());
    }

    @Test
    void listsWhatAStarStandsForAndWhatIsInAFolder() throws IOException {
        RemoteStore store = store(server.settings());
        assertEquals(List.of("s3://pairs/set/000.tar", "s3://pairs/set/001.tar"), store.list("s3://pairs/set/*.tar"));
        assertEquals(List.of("s3://pairs/set/001.json"), store.list("s3://pairs/set/*1.j*"));
        assertEquals(4, store.list("s3://pairs/set/").size());
        assertEquals(List.of(), store.list("s3://pairs/nothing/*.tar"));
    }

    @Test
    void listsMoreThanOnePageHolds() throws IOException {
        for (int i = 0; i < 1100; i++) {
            server.put("many/" + i, new byte[1]);
        }
        assertEquals(1100, store(server.settings()).list("s3://pairs/many/*").size());
    }

    @Test
    void whatIsMissingIsMissing() {
        assertThrows(
                NoSuchFileException.class,
                () -> store(server.settings()).open("s3://pairs/none.tar").size());
    }

    @Test
    void anObjectThatIsWrittenAnewIsNoticed() throws IOException {
        server.put("changing.tar", BYTES);
        Blob blob = store(server.settings()).open("s3://pairs/changing.tar");
        read(blob, 0, 100);
        server.put("changing.tar", new byte[BYTES.length]);
        assertThrows(ChangedBlobException.class, () -> read(blob, 100, 100));
    }

    @Test
    void anAddressWithoutABucketIsRefused() {
        assertThrows(InvalidInputException.class, () -> store(server.settings()).open("s3://pairs"));
    }

    @Test
    void aProfileThatIsNotThereIsRefused() {
        Map<String, String> missing = Map.of("AWS_ENDPOINT_URL", server.endpoint(), "AWS_PROFILE", "nobody");
        String message =
                assertThrows(InvalidInputException.class, () -> store(missing)).getMessage();
        assertTrue(message.contains("AWS_PROFILE [nobody]"), message);
    }

    private RemoteStore store(Map<String, String> settings) {
        return RemoteStore.waiting(TestStorage.settings(folder, settings), millis -> {});
    }

    private static byte[] read(Blob blob, long offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        blob.read(offset, into);
        return into.array();
    }
}
