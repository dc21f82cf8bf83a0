package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayOutputStream;
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
    void refusesAnEmptyFile() throws IOException {
        assertTrue(refusalOfPart(0).contains("ends at byte 0"));
    }

    @Test
    void readsATarThatEndsBehindAMemberAndCountsIt() throws IOException {
        byte[] whole = bytes("a.txt", "z".repeat(BLOCK + 1), "b.txt", "two");
        for (int length : new int[] {5 * BLOCK, 4 * BLOCK + 3}) {
            Path part = Files.write(folder.resolve("part.tar"), Arrays.copyOf(whole, length));
            try (TarReader tar = new TarReader(part)) {
                assertEquals(List.of("a.txt", "b.txt"), names(tar));
                assertEquals(1, tar.leftovers().number(Leftovers.Reason.NO_END));
            }
        }
    }

    @Test
    void readsTarsThatWerePutOneBehindTheOtherAndCountsThem() throws IOException {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(bytes("a.txt", "one"));
        both.writeBytes(new byte[3 * BLOCK]);
        both.writeBytes(bytes("b.txt", "two"));
        both.writeBytes(bytes("c.txt", "three"));
        Path path = Files.write(folder.resolve("both.tar"), both.toByteArray());
        assertEquals(List.of("a.txt=one", "b.txt=two", "c.txt=three"), contents(path));
        try (TarReader tar = new TarReader(path)) {
            names(tar);
            assertEquals(2, tar.leftovers().number(Leftovers.Reason.APPENDED));
        }
    }

    @Test
    void endsBeforeWhatIsNoTarBehindAnEndAndCountsIt() throws IOException {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(bytes("a.txt", "one"));
        both.writeBytes("rubbish".repeat(BLOCK).getBytes(StandardCharsets.US_ASCII));
        try (TarReader tar = new TarReader(Files.write(folder.resolve("a.tar"), both.toByteArray()))) {
            assertEquals(List.of("a.txt"), names(tar));
            assertEquals(Optional.empty(), tar.next());
            assertEquals(1, tar.leftovers().number(Leftovers.Reason.TRAILING));
        }
    }

    @Test
    void countsLinksAndSparseFilesAndStepsOverTheirMaps() throws IOException {
        Path path = folder.resolve("a.tar");
        byte[] map = new byte[2 * BLOCK];
        map[504] = 1;
        try (TarWriter writer = new TarWriter(path)) {
            writer.add("l.jpg", new byte[0], '2').add("h.jpg", new byte[0], '1');
            writer.addSparse("s.jpg", map, "data")
                    .add("folder/", new byte[0], '0')
                    .add("b.txt", "two");
            writer.add("x", "22 GNU.sparse.major=1\n".getBytes(StandardCharsets.US_ASCII), 'x')
                    .add("y.jpg", "map");
        }
        try (TarReader tar = new TarReader(path)) {
            assertEquals(List.of("b.txt"), names(tar));
            assertEquals(4, tar.leftovers().number(Leftovers.Reason.LINK));
            assertEquals("l.jpg", tar.leftovers().example(Leftovers.Reason.LINK));
        }
    }

    @Test
    void takesNamesAsTheyAreAndKeepsApartWhatIsNotUtf8() throws IOException {
        Path path = folder.resolve("a.tar");
        try (TarWriter writer = new TarWriter(path)) {
            writer.add("../up.txt", "1").add("/root.txt", "2").add("\u00e9.txt", "3");
        }
        assertEquals(List.of("../up.txt=1", "/root.txt=2", "\u00e9.txt=3"), contents(path));
        assertEquals("\u00e8", TarHeader.text(new byte[] {(byte) 0xe8, 0}, 0, 2));
        assertEquals("\u00e9", TarHeader.text(new byte[] {(byte) 0xe9, 0}, 0, 2));
    }

    @Test
    void readsRecordsOfPaxByTheirLengths() throws IOException {
        Path path = folder.resolve("a.tar");
        byte[] records = "30 comment=a\n12 path=evil.txt\n17 path=good.txt\n".getBytes(StandardCharsets.US_ASCII);
        try (TarWriter writer = new TarWriter(path)) {
            writer.add("x", records, 'x').add("short.txt", "one").add("b.txt", "two");
        }
        assertEquals(List.of("good.txt=one", "b.txt=two"), contents(path));
        for (String damaged : List.of("8 path=a\n", "99 path=a\n", "x", "8 patha\n", "13 size=-512\n", "5 a=b")) {
            try (TarWriter writer = new TarWriter(path)) {
                writer.add("x", damaged.getBytes(StandardCharsets.US_ASCII), 'x')
                        .add("short.txt", "one");
            }
            String message = assertThrows(InvalidInputException.class, () -> contents(path))
                    .getMessage();
            assertTrue(message.contains("extension header at byte 512"), message);
        }
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

    private byte[] bytes(String... namesAndTexts) throws IOException {
        Path tar = folder.resolve("bytes.tar");
        try (TarWriter writer = new TarWriter(tar)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                writer.add(namesAndTexts[i], namesAndTexts[i + 1]);
            }
        }
        return Files.readAllBytes(tar);
    }

    private static List<String> names(TarReader tar) throws IOException {
        List<String> names = new ArrayList<>();
        for (Optional<TarReader.Member> next = tar.next(); next.isPresent(); next = tar.next()) {
            names.add(next.get().name());
        }
        return names;
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
