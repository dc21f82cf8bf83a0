package io.tinyclip.data.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tinyclip.hash.Sha256;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.LocalBlob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class IndexStoreTest {
    private static final List<Remark> REMARKS = List.of(
            new Remark("STRAY", 3, "README"),
            new Remark("LONG", 1L << 40, "x".repeat(700)),
            new Remark("y".repeat(400), 1, ""));

    @TempDir
    Path folder;

    private Blob shard;
    private IndexStore store;
    private Path file;

    @BeforeEach
    void writeAShard() throws IOException {
        shard = new LocalBlob(Files.write(folder.resolve("a.tar"), new byte[4096]));
        file = folder.resolve("a.tar" + IndexStore.ENDING);
        store = later(Optional.empty());
    }

    @Test
    void keepsWhatItIsGiven() throws IOException {
        ShardIndex index = index("one", "two");
        store.save(shard, index);
        IndexStore.Found found = store.summary(shard, stamp());
        assertEquals(Optional.of(index.summary()), found.summary());
        assertEquals(Optional.empty(), found.fault());
        ShardIndex read = store.load(shard, index.summary()).orElseThrow();
        assertEquals(2, read.size());
        assertEquals("key two", read.key(1));
        assertEquals(List.of("two", "also two"), read.captions(1));
        assertEquals(1024, read.offset(1));
        assertEquals(3, read.length(1));
        assertTrue(read.matches(1, "two".getBytes(StandardCharsets.UTF_8)));
        assertTrue(!read.matches(1, "twO".getBytes(StandardCharsets.UTF_8)));
        assertEquals(REMARKS, read.summary().remarks());
    }

    @Test
    void leavesNothingElseBehind() throws IOException {
        store.save(shard, index("one"));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void anIndexOfAnotherStateOfTheShardIsNotBelieved() throws IOException {
        store.save(shard, index("one"));
        Files.write(folder.resolve("a.tar"), new byte[4097]);
        assertFault("is of another state of the shard");
        store.save(shard, index("one"));
        assertTrue(folder.resolve("a.tar").toFile().setLastModified(1_000_000));
        assertFault("is of another state of the shard");
    }

    @Test
    void anIndexOfOtherRulesIsNotBelieved() throws IOException {
        store.save(shard, index("one"));
        assertEquals(
                Optional.empty(),
                store.summary(shard, ShardStamp.of(shard, "other rules")).summary());
    }

    @Test
    void anIndexOfAnotherShardIsNotBelieved() throws IOException {
        Blob other = new LocalBlob(Files.write(folder.resolve("b.tar"), new byte[2048]));
        store.save(other, new IndexBuilder("b.tar").build(ShardStamp.of(other, ""), List.of()));
        Files.copy(folder.resolve("b.tar" + IndexStore.ENDING), file);
        assertFault("is of another state of the shard");
    }

    @Test
    void aDamagedHeadIsToldAtOnceAndADamagedRestWhenItIsAskedFor() throws IOException, DamagedIndexException {
        ShardIndex index = index("one", "two");
        store.save(shard, index);
        byte[] whole = Files.readAllBytes(file);
        int head = IndexFormat.headBytes(whole, whole.length);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            Files.write(file, damaged);
            boolean found = store.summary(shard, stamp()).summary().isPresent();
            assertEquals(at >= head, found, "byte " + at);
            assertEquals(Optional.empty(), store.load(shard, index.summary()), "byte " + at);
        }
    }

    @Test
    void aHalfWrittenIndexIsToldAtOnce() throws IOException {
        store.save(shard, index("one", "two"));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertFault("is not whole");
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertFault("is not whole");
    }

    @Test
    void aFileThatIsNoIndexIsSaidToBeNone() throws IOException {
        Files.writeString(file, "notes of a user".repeat(99));
        assertFault("is no index");
    }

    @Test
    void aShardThatMayStillBeWrittenIsNotRemembered() throws IOException {
        new IndexStore(Optional.empty()).save(shard, index("one"));
        assertTrue(Files.notExists(file));
    }

    @Test
    void thatNothingCanBeKeptIsSaidOnce() throws IOException {
        Files.createDirectories(file.resolve("not empty"));
        IndexStore full = later(Optional.of(Files.createFile(folder.resolve("no folder"))));
        Logger logger = (Logger) LoggerFactory.getLogger(IndexStore.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            full.save(shard, index("one"));
            full.save(shard, index("one"));
        } finally {
            logger.detachAppender(log);
        }
        assertEquals(1, log.list.size());
        String line = log.list.get(0).getFormattedMessage();
        assertTrue(line.startsWith("indexes of shards cannot be kept in [" + folder + "/no folder]"), line);
    }

    @Test
    void theContentHashIsOfSamplesAndNotOfTheirPlaces() throws IOException {
        String hash = index("one", "two").summary().contentHash();
        IndexBuilder elsewhere = new IndexBuilder("x");
        elsewhere.add(sample("one", 2048));
        elsewhere.add(sample("two", 512));
        assertEquals(
                hash,
                elsewhere.build(new ShardStamp(8192, 5), List.of()).summary().contentHash());
        assertTrue(!hash.equals(index("two", "one").summary().contentHash()));
        assertTrue(!hash.equals(index("one").summary().contentHash()));
    }

    @Test
    void theSameShardGivesTheSameBytes() throws IOException {
        assertArrayEquals(index("one", "two").bytes(), index("one", "two").bytes());
    }

    private void assertFault(String why) throws IOException {
        IndexStore.Found found = store.summary(shard, stamp());
        assertEquals(Optional.empty(), found.summary());
        assertEquals(Optional.of("index [" + file + "] " + why), found.fault());
    }

    private ShardIndex index(String... texts) throws IOException {
        IndexBuilder builder = new IndexBuilder("a.tar");
        for (int i = 0; i < texts.length; i++) {
            builder.add(sample(texts[i], 512L * (i + 1)));
        }
        return builder.build(stamp(), REMARKS);
    }

    private static IndexedSample sample(String text, long offset) {
        byte[] picture = text.getBytes(StandardCharsets.UTF_8);
        byte[] checksum = Sha256.digest().digest(picture);
        return new IndexedSample("key " + text, offset, picture.length, checksum, List.of(text, "also " + text));
    }

    private ShardStamp stamp() throws IOException {
        return ShardStamp.of(shard, "");
    }

    /** The shard was written a minute ago. */
    private static IndexStore later(Optional<Path> cache) {
        return new IndexStore(cache, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1)));
    }
}
