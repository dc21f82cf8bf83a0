package io.tinyclip.cluster.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder in a store that speaks S3, written by others, which wants each request signed. */
final class S3FolderTest {
    private static final Runnable ALLOWED = () -> {};

    private static S3Server server;

    @TempDir
    private Path home;

    @BeforeAll
    static void serve() throws Exception {
        server = new S3Server();
    }

    @AfterAll
    static void close() throws Exception {
        server.close();
    }

    @Test
    void provesThatOneCreatesAndLeavesNothing() throws IOException {
        SharedFolder folder = folder("probed");
        folder.probe();
        assertEquals(List.of(), folder.names(""));
    }

    @Test
    void aNameIsCreatedOnce() throws IOException {
        assertTrue(folder("created").create("term-1"));
        assertFalse(folder("created").create("term-1"));
        assertTrue(folder("created").create("term-2"));
    }

    @Test
    void readsWhatItWrote() throws IOException {
        SharedFolder folder = folder("written");
        write(folder, "a/b c.txt", "first".getBytes(StandardCharsets.UTF_8));
        write(folder, "a/b c.txt", "second".getBytes(StandardCharsets.UTF_8));
        write(folder, "empty", new byte[0]);
        assertEquals(Optional.of("second"), folder.text("a/b c.txt"));
        assertEquals(Optional.empty(), folder.text("a"));
        assertEquals(0, folder.open("empty").size());
        assertTrue(folder.exists("a/b c.txt"));
        assertFalse(folder.exists("a/b"));
    }

    @Test
    void writesLargeObjectsInParts() throws IOException {
        byte[] bytes = new byte[2 * S3Upload.PART + 12_345];
        new Random(7).nextBytes(bytes);
        SharedFolder folder = folder("large");
        write(folder, "part.bin", bytes);
        Blob blob = folder.open("part.bin");
        assertEquals(bytes.length, blob.size());
        ByteBuffer read = ByteBuffer.allocate(bytes.length);
        blob.read(0, read);
        assertArrayEquals(bytes, read.array());
    }

    @Test
    void listsWhatLiesDirectlyInIt() throws IOException {
        SharedFolder folder = folder("listed");
        for (String name : List.of("latest", "step-2/manifest.json", "step-1/range", "step-1/manifest.json")) {
            write(folder, name, new byte[1]);
        }
        write(folder("listed-too"), "other", new byte[1]);
        assertEquals(List.of("latest", "step-1", "step-2"), folder.names(""));
        assertEquals(List.of("manifest.json", "range"), folder.names("step-1"));
        assertEquals(List.of("manifest.json", "range"), folder.folder("step-1").names(""));
        assertEquals(List.of(), folder.names("nothing"));
        folder.delete("latest");
        folder.delete("never there");
        assertEquals(List.of("step-1", "step-2"), folder.names(""));
    }

    @Test
    void anObjectThatCannotBeFinishedIsNotThere() throws IOException {
        SharedFolder folder = folder("torn");
        write(folder, "run.json", new byte[3]);
        byte[] some = new byte[S3Upload.PART + 1];
        UncheckedIOException failure = assertThrows(
                UncheckedIOException.class,
                () -> folder.write(
                        "run.json",
                        channel -> {
                            channel.write(ByteBuffer.wrap(some));
                            throw new IOException("no more");
                        },
                        ALLOWED));
        assertTrue(failure.getMessage().contains("s3://pairs/torn/run.json]: no more"), failure.getMessage());
        assertThrows(
                IllegalStateException.class,
                () -> folder.write("run.json", channel -> channel.write(ByteBuffer.wrap(some)), () -> {
                    throw new IllegalStateException("followed");
                }));
        assertEquals(3, folder.open("run.json").size());
        folder.removeLeftovers("");
    }

    @Test
    void whatIsGoneIsToldFromWhatCannotBeAsked() throws IOException {
        SharedFolder folder = folder("gone");
        IOException missing =
                assertThrows(IOException.class, () -> folder.open("x").size());
        assertTrue(folder.unreadable("x", missing) instanceof InvalidInputException);
        SharedFolder other = store(Map.of(
                        "AWS_ENDPOINT_URL", server.endpoint(), "AWS_ACCESS_KEY_ID", "x", "AWS_SECRET_ACCESS_KEY", "y"))
                .folder("s3://pairs/gone");
        IOException refused =
                assertThrows(IOException.class, () -> other.open("x").size());
        assertTrue(other.unreadable("x", refused) instanceof UncheckedIOException);
        assertThrows(UncheckedIOException.class, () -> other.names(""));
        String message = assertThrows(InvalidInputException.class, other::probe).getMessage();
        assertTrue(message.startsWith("[s3://pairs/gone]: ") && message.contains("AWS_ACCESS_KEY_ID"), message);
        SharedFolder nowhere = store(server.conditionalSettings()).folder("s3://nowhere/gone");
        assertThrows(InvalidInputException.class, nowhere::probe);
    }

    @Test
    void aStoreThatCreatesASecondTimeIsRefused() {
        SharedFolder folder = store(server.settings()).folder("s3://pairs/unconditional");
        String message =
                assertThrows(InvalidInputException.class, folder::probe).getMessage();
        assertTrue(message.contains("no conditional put (If-None-Match: *)"), message);
        assertEquals(List.of(), folder.names(""));
    }

    private SharedFolder folder(String name) {
        return store(server.conditionalSettings()).folder("s3://pairs/" + name);
    }

    private RemoteStore store(Map<String, String> settings) {
        return RemoteStore.waiting(TestStorage.settings(home, settings), millis -> {});
    }

    private static void write(SharedFolder folder, String name, byte[] bytes) {
        folder.write(
                name,
                channel -> {
                    for (int from = 0; from < bytes.length; from += 100_000) {
                        channel.write(ByteBuffer.wrap(
                                Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 100_000))));
                    }
                },
                ALLOWED);
    }
}
