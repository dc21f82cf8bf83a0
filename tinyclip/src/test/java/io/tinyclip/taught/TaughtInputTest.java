package io.tinyclip.taught;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.RecurringViews;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is filled before a run, and read by it. */
final class TaughtInputTest {
    private final RecurringViews data = Specimen.shards(9, 1, 4);

    @TempDir
    private Path base;

    @Test
    void saysWhatWasWrittenInAnyOrder() {
        TaughtFolder folder = Specimen.folder(base);
        Specimen.fill(folder, data);
        TaughtInput input = TaughtInput.open(folder, data);
        List<TaughtSlot> slots = Specimen.slots(data);
        Collections.reverse(slots);
        TaughtView[] views = input.read(slots);
        for (int i = 0; i < views.length; i++) {
            TaughtView expected = Specimen.said(slots.get(i));
            assertEquals(expected.isBad(), views[i].isBad());
            assertArrayEquals(expected.image(), views[i].image());
            assertArrayEquals(expected.text(), views[i].text());
        }
        assertEquals(input.hash(), TaughtInput.open(folder, data).hash());
    }

    @Test
    void anEntryOfAnEmbeddingOf512NumbersTakesTwoKilobytes() {
        assertEquals(2 * 2 * 512 + 8, TaughtEntry.bytes(512));
    }

    @Test
    void isRefusedWhereAFileIsMissing() throws IOException {
        TaughtFolder folder = Specimen.folder(base);
        assertTrue(refusal(folder).contains("is not complete: no file ["));
        Specimen.fill(folder, data);
        List<Path> files = files();
        assertEquals(5, files.size());
        for (Path file : files) {
            Path aside = Files.move(file, base.resolve("aside"));
            assertTrue(refusal(folder).contains("[" + file + "]; fill it by the command precompute"), refusal(folder));
            Files.move(aside, file);
        }
        assertFalse(TaughtInput.open(folder, data).hash().isEmpty());
    }

    @Test
    void isRefusedWhereAFileIsOfAnotherStoreOrOtherSamplesOrCutShort() throws IOException {
        TaughtFolder folder = Specimen.folder(base);
        Specimen.fill(folder, data);
        Path file = folder.file(TaughtRange.of(data.content(9), Specimen.LENGTH));
        byte[] sound = Files.readAllBytes(file);
        TaughtFolder other = new TaughtFolder(base, Specimen.key("another", Specimen.VIEWS), Specimen.LENGTH);
        Specimen.fill(other, data);
        Files.copy(other.file(TaughtRange.of(data.content(9), Specimen.LENGTH)), replaced(file));
        assertTrue(refusal(folder).contains("is of another store: teacher [another] is not [teacher]"));
        Files.copy(folder.file(TaughtRange.of(data.content(10), Specimen.LENGTH)), replaced(file));
        assertTrue(refusal(folder).contains("is of other samples"));
        Files.write(file, Arrays.copyOf(sound, sound.length - 1));
        assertTrue(refusal(folder).contains("bytes, not ["));
        Files.write(file, new byte[0]);
        assertTrue(refusal(folder).contains("is no file of teacher embeddings"));
        sound[20] ^= 1;
        Files.write(file, sound);
        assertTrue(refusal(folder).contains("has a damaged head"));
    }

    @Test
    void aCacheIsNoInput() {
        TaughtFolder folder = Specimen.folder(base);
        TaughtCache cache = new TaughtCache(folder);
        List<TaughtSlot> slots = Specimen.slots(data);
        cache.write(slots, slots.stream().map(Specimen::said).toList());
        assertTrue(refusal(folder).contains("was not finished"));
    }

    @Test
    void aDamagedValueIsRefusedWhenItIsRead() throws IOException {
        TaughtFolder folder = Specimen.folder(base);
        Specimen.fill(folder, data);
        TaughtInput input = TaughtInput.open(folder, data);
        Path file = folder.file(TaughtRange.of(data.content(9), Specimen.LENGTH));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        List<TaughtSlot> good = Specimen.slots(data).subList(0, 18);
        assertEquals(18, input.read(good).length);
        List<TaughtSlot> bad = Specimen.slots(data).subList(19, 20);
        String line =
                assertThrows(InvalidInputException.class, () -> input.read(bad)).getMessage();
        assertTrue(line.startsWith("teacher embeddings [" + file + "] is damaged at view [1]"), line);
    }

    @Test
    void aFileThatIsReplacedWhileARunGoesOnIsRefused() throws IOException {
        TaughtFolder folder = Specimen.folder(base);
        Specimen.fill(folder, data);
        TaughtInput input = TaughtInput.open(folder, data);
        TaughtRange range = TaughtRange.of(data.content(9), Specimen.LENGTH);
        new TaughtWriter(folder, "fp32", "any")
                .write(range, place -> List.of(Specimen.said(0, 0), Specimen.said(0, 1)));
        List<TaughtSlot> one = Specimen.slots(data).subList(18, 19);
        String line =
                assertThrows(InvalidInputException.class, () -> input.read(one)).getMessage();
        assertTrue(line.contains("has other values than when the run began"), line);
        assertNotEquals(input.hash(), TaughtInput.open(folder, data).hash());
    }

    @Test
    void whatIsWholeIsNotMadeAgainAndWhatIsDamagedIs() throws IOException {
        TaughtFolder folder = Specimen.folder(base);
        TaughtWriter writer = new TaughtWriter(folder, "fp32", "any");
        Specimen.fill(folder, data);
        String hash = TaughtInput.open(folder, data).hash();
        Path damaged = files().get(2);
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length - 30] ^= 4;
        Files.write(damaged, bytes);
        List<Path> made = new ArrayList<>();
        writer.forEachRange(data, (range, first) -> {
            if (!writer.isWhole(range)) {
                made.add(folder.file(range));
                Specimen.write(writer, range, first);
            }
        });
        assertEquals(List.of(damaged), made);
        assertEquals(hash, TaughtInput.open(folder, data).hash());
    }

    @Test
    void oneStoreIsOfOnePrecision() {
        TaughtFolder folder = Specimen.folder(base);
        Specimen.fill(folder, data);
        TaughtWriter other = new TaughtWriter(folder, "bf16", "any");
        TaughtRange range = TaughtRange.of(data.content(9), Specimen.LENGTH);
        String line = assertThrows(InvalidInputException.class, () -> other.isWhole(range))
                .getMessage();
        assertTrue(line.contains("were made in [fp32], and here they would be in [bf16]"), line);
        Specimen.write(other, range, 9);
        assertTrue(refusal(folder).contains("were made in [bf16], others in [fp32]"), refusal(folder));
    }

    @Test
    void nothingIsLeftOfAFileThatWasNotFinished() throws IOException {
        TaughtFolder folder = Specimen.folder(base);
        TaughtWriter writer = new TaughtWriter(folder, "fp32", "any");
        TaughtRange range = TaughtRange.of(data.content(0), Specimen.LENGTH);
        assertThrows(
                IllegalStateException.class,
                () -> writer.write(range, place -> {
                    throw new IllegalStateException("the machine is taken away");
                }));
        assertEquals(List.of(), files());
        Files.createDirectories(base);
        Path blocked = Files.writeString(base.resolve("file"), "");
        TaughtWriter unwritable = new TaughtWriter(Specimen.folder(blocked), "fp32", "any");
        assertThrows(UncheckedIOException.class, () -> Specimen.write(unwritable, range, 0));
    }

    private static Path replaced(Path file) throws IOException {
        Files.delete(file);
        return file;
    }

    private String refusal(TaughtFolder folder) {
        return assertThrows(InvalidInputException.class, () -> TaughtInput.open(folder, data))
                .getMessage();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(base)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
