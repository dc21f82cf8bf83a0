package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.fuzz.Mutations;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;
import io.tinyclip.storage.Blob;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged tars are read or refused in one line, the same each time. {@code -Dtinyclip.fuzz.tars=100000} is the long form,
 * {@code -Dtinyclip.fuzz.seed=K} makes other tars.
 */
final class TarMutationTest {
    private static final int TARS = Integer.getInteger("tinyclip.fuzz.tars", 4000);
    private static final long SEED = Long.getLong("tinyclip.fuzz.seed", 1);
    private static final int BLOCK = 512;
    private static final int SUM = 148;
    private static final List<String> FATES = List.of("read", "truncated", "no header", "extension header");

    @TempDir
    static Path folder;

    private static final List<byte[]> SEEDS = new ArrayList<>();

    private record MemoryBlob(byte[] bytes) implements Blob {
        @Override
        public String location() {
            return "memory.tar";
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            if (offset < 0 || offset + into.remaining() > bytes.length) {
                throw new EOFException();
            }
            into.put(bytes, (int) offset, into.remaining());
        }
    }

    @BeforeAll
    static void prepare() throws IOException {
        for (String dialect : List.of("ustar", "gnu", "pax")) {
            SEEDS.add(
                    TarMutationTest.class.getResourceAsStream(dialect + ".tar").readAllBytes());
        }
        Path tar = folder.resolve("a.tar");
        try (TarWriter writer = new TarWriter(tar)) {
            writer.add("1.png", new byte[700]).add("1.txt", "one").add("1.json", "{\"captions\": [\"a\", null]}");
            writer.add("2.jpg", new byte[3]).add("2.cls", "5").add("l.jpg", new byte[0], '2');
            writer.addSparse("s.jpg", new byte[BLOCK], "data").add("2.txt", "a\nb");
            writer.add("x", "17 path=good.txt\n16 size=0000005\n".getBytes(StandardCharsets.US_ASCII), 'x');
            writer.add("y.txt", "three").add("L", "a/long/name.txt".getBytes(StandardCharsets.US_ASCII), 'L');
            writer.add("z", "four");
        }
        SEEDS.add(Files.readAllBytes(tar));
    }

    @Test
    @Timeout(600)
    void readsOrRefusesDamagedTarsTheSameWayEachTime() {
        Map<String, Integer> fates = new HashMap<>();
        for (int i = 0; i < TARS; i++) {
            long key = Counter.key(SEED, 0x746172L, i);
            byte[] tar = Mutations.of(SEEDS, key);
            if (i % 4 != 0) {
                mendSums(tar);
            }
            String where = "tar " + i + " of seed " + SEED;
            String outcome = outcome(tar, where);
            assertEquals(outcome, outcome(tar, where), where);
            fates.merge(fate(outcome), 1, Integer::sum);
        }
        if (TARS >= 1000) {
            assertEquals(FATES.size(), FATES.stream().filter(fates::containsKey).count(), fates.toString());
        }
    }

    /** All that can be seen of a tar. */
    private static String outcome(byte[] tar, String where) {
        try {
            Shard shard = Shard.scan(new MemoryBlob(tar), Reading.USUAL);
            StringBuilder seen = new StringBuilder("read").append(shard.leftovers());
            for (Shard.Entry entry : shard.entries()) {
                assertTrue(entry.offset() >= 0 && entry.offset() + entry.length() <= tar.length, where);
                seen.append('\n').append(entry.key()).append(entry.offset()).append(entry.length());
                seen.append(entry.captions()).append(entry.isReadable());
            }
            return seen.toString();
        } catch (InvalidInputException e) {
            assertEquals(1, e.getMessage().lines().count(), where);
            return e.getMessage();
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new AssertionError(where + " ended in " + e, e);
        }
    }

    private static String fate(String outcome) {
        return FATES.stream().filter(outcome::contains).findFirst().orElse(outcome);
    }

    /** Makes the sums right again, without which most damage would end at the first look. */
    private static void mendSums(byte[] tar) {
        for (int at = 0; at + BLOCK <= tar.length; at += BLOCK) {
            boolean header = new String(tar, at + 257, 5, StandardCharsets.ISO_8859_1).equals("ustar");
            if (header) {
                int sum = 8 * ' ';
                for (int i = 0; i < BLOCK; i++) {
                    sum += i >= SUM && i < SUM + 8 ? 0 : tar[at + i] & 0xff;
                }
                byte[] octal = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(octal, 0, tar, at + SUM, octal.length);
            }
        }
    }
}
