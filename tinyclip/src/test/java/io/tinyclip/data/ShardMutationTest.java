package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tars and indexes with a few bytes changed, cut off, doubled or moved: one answer, however often it is asked for, and never
 * a pair that was not there. {@code -Dtinyclip.mutations=100000} tries more, {@code -Dtinyclip.mutation=N} one alone.
 */
final class ShardMutationTest {
    private static final int MUTATIONS = Integer.getInteger("tinyclip.mutations", 600);
    private static final int ONLY = Integer.getInteger("tinyclip.mutation", -1);
    private static final int PAIRS = 4;
    private static final Preprocessing CLIP = Preprocessing.clip(8);

    @TempDir
    Path folder;

    private Path tar;
    private Path index;
    private byte[] tarBytes;
    private byte[] indexBytes;
    private String whole;

    @BeforeEach
    void writeAShard() throws IOException {
        tar = Tars.write(folder.resolve("a.tar"), 1, PAIRS);
        index = Tars.index(folder.resolve("a.tar"));
        whole = answer();
        tarBytes = Files.readAllBytes(tar);
        indexBytes = Files.readAllBytes(index);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void aMutatedIndexNeverChangesAnAnswer() throws IOException {
        for (int seed = first(); seed < last(); seed++) {
            Files.write(index, mutated(indexBytes, new Random(seed)));
            assertEquals(whole, answer(), "mutation " + seed);
        }
        assertTrue(Arrays.equals(indexBytes, Files.readAllBytes(index)), "and it was made again");
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void aMutatedTarWithItsOldIndexGivesOnlyWhatWasThereOrIsRefused() throws IOException {
        for (int seed = first(); seed < last(); seed++) {
            byte[] mutated = mutated(tarBytes, new Random(seed));
            if (mutated.length == tarBytes.length) {
                write(mutated);
                Files.write(index, indexBytes);
                String answer = answer();
                assertEquals(answer, answer(), "mutation " + seed);
                for (int pair = 0; pair < PAIRS; pair++) {
                    String given = answer.lines().skip(1 + pair).findFirst().orElseThrow();
                    String was = whole.lines().skip(1 + pair).findFirst().orElseThrow();
                    assertTrue(given.equals(was) || given.contains("has changed"), "mutation " + seed + ": " + given);
                }
            }
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void aMutatedTarGivesTheSameAnswerWithAndWithoutItsIndex() throws IOException {
        for (int seed = first(); seed < last(); seed++) {
            Files.deleteIfExists(index);
            write(mutated(tarBytes, new Random(seed)));
            String scanned = answer();
            assertEquals(scanned, answer(), "mutation " + seed);
        }
    }

    private static int first() {
        return Math.max(ONLY, 0);
    }

    private static int last() {
        return ONLY < 0 ? MUTATIONS : ONLY + 1;
    }

    private void write(byte[] bytes) throws IOException {
        Files.write(tar, bytes);
        Tars.settle(tar);
    }

    /** Everything that can be asked of the shard, or why not. */
    private String answer() {
        try (WebDataset data = WebDataset.open(tar.toString(), "tinyclip.data.train")) {
            StringBuilder answer = new StringBuilder(data.contentHash());
            for (int pair = 0; pair < data.size(); pair++) {
                answer.append('\n').append(pair(data, pair));
            }
            return answer.toString();
        } catch (InvalidInputException e) {
            return e.getMessage();
        }
    }

    private static String pair(WebDataset data, int pair) {
        try {
            Sample view = data.view(pair, 5, CLIP);
            return data.captions(pair) + " " + data.identity(pair) + " " + view.caption() + " "
                    + Arrays.hashCode(view.image().rgb());
        } catch (InvalidInputException e) {
            return String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }

    private static byte[] mutated(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(bytes.length);
            int length = 1 + random.nextInt(Math.min(600, bytes.length - at));
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0 : random.nextInt()));
                case 3 -> System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
                case 4 -> bytes = Arrays.copyOf(bytes, at + 1);
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
                    System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }
}
