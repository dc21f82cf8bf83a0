package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TarReaderTest {
    private static final int BLOCK = 512;
    private static final int SIZE = 124;
    private static final int SUM = 148;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"ustar, 20", "gnu, 40", "pax, 40"})
    void readsLongNamesOfEveryDialect(String dialect, int depth) throws IOException {
        try (InputStream resource = TarReaderTest.class.getResourceAsStream(dialect + ".tar")) {
            Path tar = Files.write(folder.resolve("a.tar"), resource.readAllBytes());
            String longName = "folder/".repeat(depth) + "schön.txt";
            assertEquals(List.of(longName + "=one", "b.txt=" + "x".repeat(BLOCK), "d.txt="), contents(tar));
        }
    }

    @Test
    void readsASizeInBinary() throws IOException {
        Path tar = folder.resolve("a.tar");
        try (TarWriter writer = new TarWriter(tar)) {
            writer.add("a.txt", "one").add("b.txt", "two");
        }
        byte[] bytes = Files.readAllBytes(tar);
        int octalSum = Integer.parseInt(new String(bytes, SUM, 6, StandardCharsets.US_ASCII), 8);
        int before = sizeSum(bytes);
        Arrays.fill(bytes, SIZE, SIZE + 12, (byte) 0);
        bytes[SIZE] = (byte) 0x80;
        bytes[SIZE + 11] = 3;
        byte[] sum = "%06o".formatted(octalSum - before + sizeSum(bytes)).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(sum, 0, bytes, SUM, sum.length);
        assertEquals(List.of("a.txt=one", "b.txt=two"), contents(Files.write(tar, bytes)));
    }

    @Test
    void readsMembersLargerThanItsWindow() throws IOException {
        Path tar = folder.resolve("a.tar");
        try (TarWriter writer = new TarWriter(tar)) {
            writer.add("a.txt", "y".repeat(100_000)).add("b.txt", "two");
        }
        assertEquals(List.of("a.txt=" + "y".repeat(100_000), "b.txt=two"), contents(tar));
    }

    @Test
    void refusesATarThatEndsInsideAMember() throws IOException {
        assertTrue(refusalOfPart(BLOCK + 100)
                .contains("ends at byte 612, within what begins at byte 512; it is truncated"));
    }

    @Test
    void refusesATarThatEndsWithoutItsMark() throws IOException {
        assertTrue(refusalOfPart(3 * BLOCK).contains("ends at byte 1536, within what begins at byte 1536"));
        assertTrue(refusalOfPart(0).contains("ends at byte 0"));
    }

    @Test
    void refusesWhatIsNoTar() throws IOException {
        Path text = Files.writeString(folder.resolve("a.tar"), "no tar".repeat(BLOCK));
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> contents(text));
        assertTrue(refusal.getMessage().contains("[" + text + "] has no header at byte 0"), refusal.getMessage());
    }

    private static int sizeSum(byte[] header) {
        int sum = 0;
        for (int i = SIZE; i < SIZE + 12; i++) {
            sum += header[i] & 0xff;
        }
        return sum;
    }

    private String refusalOfPart(int length) throws IOException {
        Path tar = folder.resolve("whole.tar");
        try (TarWriter writer = new TarWriter(tar)) {
            writer.add("a.txt", "z".repeat(BLOCK + 1));
        }
        Path part = Files.write(folder.resolve("part.tar"), Arrays.copyOf(Files.readAllBytes(tar), length));
        String message =
                assertThrows(InvalidInputException.class, () -> contents(part)).getMessage();
        assertTrue(message.contains("[" + part + "]"), message);
        return message;
    }

    private static List<String> contents(Path path) throws IOException {
        List<String> contents = new ArrayList<>();
        try (TarReader tar = new TarReader(path)) {
            for (Optional<TarReader.Member> next = tar.next(); next.isPresent(); next = tar.next()) {
                TarReader.Member member = next.get();
                byte[] bytes = tar.read(member.offset(), (int) member.length());
                contents.add(member.name() + "=" + new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return contents;
    }
}
