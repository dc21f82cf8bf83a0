package io.tinyclip.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against bytes worked out by hand from the description of the wire format. */
class MessageTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "0, 0800",
        "127, 087f",
        "128, 088001",
        "150, 089601",
        "2147483648, 088080808008",
        "-1, 08ffffffffffffffffff01"
    })
    void wholeNumbersTakeSevenBitsAByte(long value, String expected) throws IOException {
        assertEquals(expected, hex(new Message().number(1, value)));
    }

    @Test
    void floatsTakeFourBytesLowestFirst() throws IOException {
        assertEquals("150000803f", hex(new Message().number(2, 1f)));
    }

    @Test
    void textsAreUtf8AfterTheirLength() throws IOException {
        assertEquals("1202c3a9", hex(new Message().text(2, "\u00e9")));
    }

    @Test
    void fieldsAfterTheFifteenthHaveLongerTags() throws IOException {
        assertEquals("a00107", hex(new Message().number(20, 7)));
    }

    @Test
    void whatLiesOutsideTheHeapStaysInItsPlace() throws IOException {
        ByteBuffer outside =
                ByteBuffer.allocateDirect(3).put(new byte[] {9, 10, 11}).flip();
        Message inner = new Message().number(1, 1).bytes(2, outside.position(1)).number(3, 3);
        assertEquals(
                "2a08" + "0801" + "12020a0b" + "1803" + "0804",
                hex(new Message().message(5, inner).number(1, 4)));
        assertEquals(2, outside.remaining());
    }

    private String hex(Message message) throws IOException {
        Path file = folder.resolve("message");
        AtomicFile.write(file, message::writeTo);
        byte[] bytes = Files.readAllBytes(file);
        assertEquals(bytes.length, message.size());
        return HexFormat.of().formatHex(bytes);
    }
}
