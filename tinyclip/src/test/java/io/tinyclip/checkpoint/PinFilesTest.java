package io.tinyclip.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.ShardPin;
import io.tinyclip.storage.LocalFolder;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PinFilesTest {
    @TempDir
    Path folder;

    @Test
    void aNewProcessFindsWhatWasPinned() {
        pins().add(1, 5, List.of(pin(7), pin(2)));
        pins().add(2, 6, List.of(pin(9)));
        assertEquals(hashes(2, 7, 9), pins().all());
    }

    @Test
    void twoLeadersOfOneStepTakeNothingFromEachOther() {
        pins().add(1, 5, List.of(pin(7)));
        pins().add(2, 5, List.of(pin(8)));
        pins().add(1, 5, List.of(pin(6)));
        assertEquals(hashes(6, 7, 8), pins().all());
    }

    @Test
    void tenThousandShardsAreAFewFilesOfFortyFourBytesEach() throws IOException {
        PinFiles pins = pins();
        for (int step = 1; step <= 1000; step++) {
            int first = 10 * step;
            pins.add(
                    3,
                    step,
                    IntStream.range(first, first + 10)
                            .mapToObj(PinFilesTest::pin)
                            .toList());
            assertTrue(files().size() <= 65, "after step " + step);
        }
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        assertEquals(44L * 10_000 + 44L * files().size(), bytes, "each shard once");
        assertEquals(10_000, pins().all().size());
        assertEquals(pins.all(), pins().all());
    }

    @Test
    void whatAnotherHasWrittenMeanwhileIsNotLostWhenFilesAreMerged() throws IOException {
        PinFiles pins = pins();
        IntStream.range(1, 64).forEach(step -> pins.add(2, step, List.of(pin(step))));
        pins().add(1, 63, List.of(pin(1000)));
        pins.add(2, 64, List.of(pin(64)));
        assertEquals(1, files().size());
        assertTrue(pins().all().containsKey(1000));
        assertEquals(65, pins().all().size());
    }

    @Test
    void whoFollowsReadsOnWhileAnotherPutsFilesTogether() throws IOException {
        PinFiles followed = pins();
        IntStream.rangeClosed(1, 64).forEach(step -> followed.add(1, step, List.of(pin(step))));
        assertEquals(
                hashes(IntStream.rangeClosed(1, 65).toArray()),
                interrupted(() -> followed.add(1, 65, List.of(pin(65)))).all());
        assertEquals(1, files().size());
        IntStream.rangeClosed(66, 128).forEach(step -> followed.add(1, step, List.of(pin(step))));
        interrupted(() -> followed.add(1, 129, List.of(pin(129)))).add(2, 129, List.of(pin(500)));
        assertEquals(130, pins().all().size());
    }

    /** Of a leader during whose first reading of a file another one does something. */
    private PinFiles interrupted(Runnable meanwhile) {
        SharedFolder real = new LocalFolder(folder);
        AtomicBoolean done = new AtomicBoolean();
        return new PinFiles(new CheckpointFolder((SharedFolder) Proxy.newProxyInstance(
                SharedFolder.class.getClassLoader(), new Class<?>[] {SharedFolder.class}, (proxy, method, given) -> {
                    if (method.getName().equals("open") && done.compareAndSet(false, true)) {
                        meanwhile.run();
                    }
                    return method.invoke(real, given);
                })));
    }

    @Test
    void aCheckpointIsRefusedWithoutThePinsOfItsSteps() throws IOException {
        PinFiles pins = pins();
        pins.add(1, 5, List.of(pin(7)));
        pins.add(1, 6, List.of(pin(8)));
        JsonObject state = new JsonObject();
        pins.write(state, 5);
        pins.add(1, 9, List.of(pin(9)));
        assertEquals(hashes(7, 8, 9), pins().require(state, 5), "what came later counts, too");
        assertEquals(hashes(7, 8, 9), pins().require(new JsonObject(), 5), "of an earlier version");
        Files.delete(files().get(0));
        String message = assertThrows(InvalidInputException.class, () -> pins().require(state, 5))
                .getMessage();
        assertEquals(
                "checkpoint [step-000000005] in [" + folder
                        + "] goes with what [1] tars were found to hold, and the files"
                        + " pins-*.bin there tell it of [0], or otherwise; put them back, or start in a new folder",
                message);
        pins().add(1, 5, List.of(new ShardPin(7, "ee".repeat(32), "x.tar")));
        assertThrows(InvalidInputException.class, () -> pins().require(state, 5), "another hash");
    }

    @Test
    void aManifestOfARunWithoutPinsIsAsItWas() {
        JsonObject state = new JsonObject();
        pins().write(state, 100);
        assertEquals(new JsonObject(), state);
    }

    @Test
    void whatIsInDoubtIsForgottenAndWhatCameBeforeIsNot() {
        PinFiles pins = pins();
        pins.add(1, 5, List.of(pin(7)));
        pins.add(1, 6, List.of(pin(8)));
        pins.removeAfter(5);
        assertEquals(hashes(7), pins.all());
        assertEquals(hashes(7), pins().all());
        IntStream.range(10, 90).forEach(step -> pins.add(1, step, List.of(pin(step))));
        pins.removeAfter(40);
        Map<Integer, String> kept = hashes(IntStream.rangeClosed(10, 40).toArray());
        kept.putAll(hashes(7));
        assertEquals(kept, pins().all());
    }

    @Test
    void aRunThatStartsOverHasNone() throws IOException {
        CheckpointStore store = new CheckpointStore(folder);
        store.pins().add(1, 5, List.of(pin(7)));
        store.removeAll();
        assertEquals(Map.of(), store.pins().all());
        assertEquals(List.of(), files());
    }

    @Test
    void aDamagedFileIsRefusedByteByByte() throws IOException {
        pins().add(1, 5, List.of(pin(7)));
        Path file = files().get(0);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);
            assertRefused(file);
            Files.write(file, Arrays.copyOf(whole, at));
            assertRefused(file);
        }
    }

    private void assertRefused(Path file) {
        String message =
                assertThrows(InvalidInputException.class, () -> pins().all()).getMessage();
        assertTrue(message.startsWith("[" + file + "] is damaged"), message);
        assertFalse(message.contains("\n"));
    }

    private PinFiles pins() {
        return new PinFiles(new CheckpointFolder(new LocalFolder(folder)));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static ShardPin pin(int shard) {
        return new ShardPin(shard, hash(shard), "x.tar");
    }

    private static String hash(int shard) {
        return Sha256.hex(("shard " + shard).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<Integer, String> hashes(int... shards) {
        Map<Integer, String> hashes = new HashMap<>();
        Arrays.stream(shards).forEach(shard -> hashes.put(shard, hash(shard)));
        return hashes;
    }
}
