package io.tinyclip.taught;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.RecurringViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is filled while runs go on. */
final class TaughtCacheTest {
    private final RecurringViews data = Specimen.shards(9, 1, 4);
    private final List<TaughtSlot> slots = Specimen.slots(data);

    @TempDir
    private Path base;

    @Test
    void keepsWhatItWasGivenAndNothingElse() {
        TaughtCache cache = cache();
        assertEquals(0, found(cache));
        List<TaughtSlot> some = IntStream.range(0, slots.size())
                .filter(i -> i % 3 == 0)
                .mapToObj(slots::get)
                .toList();
        write(cache, some);
        assertSaid(cache.read(some), some);
        assertEquals(some.size(), found(cache));
        write(cache(), slots);
        assertSaid(cache.read(slots), slots);
    }

    @Test
    void anEntryThatIsDamagedIsMissingAndCanBeWrittenAgain() throws IOException {
        write(cache(), slots);
        Path file = Specimen.folder(base).file(TaughtRange.of(data.content(9), Specimen.LENGTH));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        assertEquals(Optional.empty(), cache().read(slots).get(19));
        assertEquals(slots.size() - 1, found(cache()));
        write(cache(), slots.subList(19, 20));
        assertSaid(cache().read(slots), slots);
    }

    @Test
    void aFileThatIsForeignCutShortOrEmptyIsMadeAgain() throws IOException {
        write(cache(), slots);
        Path file = Specimen.folder(base).file(TaughtRange.of(data.content(0), Specimen.LENGTH));
        Path foreign = Specimen.folder(base).file(TaughtRange.of(data.content(4), Specimen.LENGTH));
        byte[] sound = Files.readAllBytes(file);
        List<byte[]> others = List.of(
                Files.readAllBytes(foreign), Arrays.copyOf(sound, sound.length / 2), new byte[0], new byte[100]);
        for (byte[] other : others) {
            Files.write(file, other);
            assertEquals(slots.size() - 2 * Specimen.LENGTH, found(cache()));
            write(cache(), slots.subList(0, 2 * Specimen.LENGTH));
            assertSaid(cache().read(slots), slots);
        }
        assertArrayEquals(sound, Files.readAllBytes(file));
    }

    @Test
    void anEntryInThePlaceOfAnotherIsNotTakenForIt() throws IOException {
        write(cache(), slots);
        Path file = Specimen.folder(base).file(TaughtRange.of(data.content(0), Specimen.LENGTH));
        byte[] bytes = Files.readAllBytes(file);
        int entry = TaughtEntry.bytes(Specimen.EMBEDDING);
        int body = bytes.length - 2 * Specimen.LENGTH * entry;
        System.arraycopy(bytes, body, bytes, body + entry, entry);
        Files.write(file, bytes);
        assertEquals(Optional.empty(), cache().read(slots).get(1));
    }

    @Test
    void oneThatCannotBeWrittenIsOnlyEmpty() throws IOException {
        Path blocked = Files.writeString(base.resolve("file"), "");
        TaughtCache cache = new TaughtCache(Specimen.folder(blocked));
        write(cache, slots);
        write(cache, slots);
        assertEquals(0, found(cache));
    }

    /** Any difference in what values depend on is another store. */
    @Test
    void storesLieSideBySide() {
        TaughtKey.Computation here = new TaughtKey.Computation("class", "fp32", "kernel", 32);
        List<TaughtKey> keys = List.of(
                Specimen.KEY,
                Specimen.key("another", Specimen.VIEWS),
                Specimen.key("teacher", 3),
                new TaughtKey("teacher", "{ }", 16, 2, 100, 3, Optional.empty()),
                new TaughtKey("teacher", "{}", 77, 2, 100, 3, Optional.empty()),
                new TaughtKey("teacher", "{}", 16, 2, 99, 3, Optional.empty()),
                new TaughtKey("teacher", "{}", 16, 2, 100, 3, Optional.of(here)),
                new TaughtKey(
                        "teacher",
                        "{}",
                        16,
                        2,
                        100,
                        3,
                        Optional.of(new TaughtKey.Computation("class", "bf16", "kernel", 32))));
        for (TaughtKey one : keys) {
            assertEquals(Optional.empty(), one.difference(one.json()));
            for (TaughtKey other : keys) {
                if (one != other) {
                    assertNotEquals(one.name(), other.name());
                    assertTrue(one.difference(other.json()).isPresent(), one + " " + other);
                }
            }
        }
    }

    private TaughtCache cache() {
        return new TaughtCache(Specimen.folder(base));
    }

    private static void write(TaughtCache cache, List<TaughtSlot> slots) {
        cache.write(slots, slots.stream().map(Specimen::said).toList());
    }

    private long found(TaughtCache cache) {
        return cache.read(slots).stream().filter(Optional::isPresent).count();
    }

    private static void assertSaid(List<Optional<TaughtView>> views, List<TaughtSlot> slots) {
        for (int i = 0; i < slots.size(); i++) {
            assertArrayEquals(
                    Specimen.said(slots.get(i)).image(),
                    views.get(i).orElseThrow().image());
        }
    }
}
