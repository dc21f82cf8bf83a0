package io.tinyclip.files.torch;

import static io.tinyclip.files.torch.Pickles.MAGIC;
import static io.tinyclip.files.torch.Pickles.START;
import static io.tinyclip.files.torch.Pickles.STOP;
import static io.tinyclip.files.torch.Pickles.SYSTEM;
import static io.tinyclip.files.torch.Pickles.bytes;
import static io.tinyclip.files.torch.Pickles.dict;
import static io.tinyclip.files.torch.Pickles.little;
import static io.tinyclip.files.torch.Pickles.number;
import static io.tinyclip.files.torch.Pickles.tensor;
import static io.tinyclip.files.torch.Pickles.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch did not write. */
class HostileTorchFileTest {
    private static final String VECTOR = dict("x", tensor(2, 0, number(2), number(1)));
    private static final long BEYOND_32_BITS = 5L << 30;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("x.pt");
    }

    static List<Arguments> programs() {
        return List.of(
                Arguments.of("cposix\nsystem\n(" + text("touch pwned") + "tR", "names class [posix.system]"),
                Arguments.of(text("builtins") + text("eval") + "\u0093", "names class [builtins.eval]"),
                Arguments.of("c__torch__\nNet\n)\u0081", "names class [__torch__.Net]"),
                Arguments.of("ctorch\nSize\n)\u0081", "[torch.Size] is not used as PyTorch uses it"),
                Arguments.of("ctorch\nFloatStorage\n)R", "[torch.FloatStorage] is not used as PyTorch uses it"),
                Arguments.of("\u008d" + little(8, Long.MAX_VALUE), "expected 9223372036854775807 more bytes, found 1"),
                Arguments.of("\u008d" + little(8, -1), "expected -1 more bytes, found 1"),
                Arguments.of("X" + little(4, -1) + "abc", "expected 4294967295 more bytes, found 4"),
                Arguments.of("\u008b" + little(4, 1 << 20), "a number has 1048576 bytes, expected at most 128"),
                Arguments.of("X" + little(4, 1) + "\u00ff", "a text is not UTF-8"),
                Arguments.of("c" + "a".repeat(2000), "a name has more than 1024 bytes"),
                Arguments.of("\u0080\u0009", "expected a pickle of protocol 2 to 5, found 9"),
                Arguments.of("\u0082", "byte 0x82 is no instruction"),
                Arguments.of("h\u0007", "nothing was remembered under [7]"),
                Arguments.of("0", "expected 1 values since the last mark on the stack"),
                Arguments.of("(\u0085", "expected 1 values since the last mark on the stack"),
                Arguments.of("t", "expected a mark on the stack"),
                Arguments.of("}(" + text("a") + "u", "expected a dict, and a value for every key"),
                Arguments.of("}Na", "expected a list on the stack"),
                Arguments.of("NNR", "expected a function and its arguments"),
                Arguments.of("NQ", "a persistent identifier must be"),
                Arguments.of("]q\u0000h\u0000a", "lies more than 64 containers deep"),
                Arguments.of(laughs(40), "the names of all values have more than 16777216 letters"),
                Arguments.of("N0".repeat(1 << 19) + "N", "the pickle has more than 1048576 instructions"),
                Arguments.of(
                        dict("x", "ctorch._utils\n_rebuild_tensor_v2\n(NNNNtR"),
                        "[torch._utils._rebuild_tensor_v2] is not used as PyTorch uses it"),
                Arguments.of(dict("x", tensor(2, 0, "N", "")), "shape and strides must be whole numbers"),
                Arguments.of(
                        dict("x", tensor(2, 0, number(1).repeat(65), "")), "has 65 dimensions, expected at most 64"));
    }

    /** A list that holds another twice, which holds another twice, and so on. */
    private static String laughs(int depth) {
        String program = "]q\u0000";
        for (int i = 1; i <= depth; i++) {
            program += "]h" + (char) (i - 1) + "ah" + (char) (i - 1) + "aq" + (char) i;
        }
        return program;
    }

    @ParameterizedTest
    @MethodSource("programs")
    void refusesAPickleOfAZip(String program, String complaint) throws IOException {
        write(program);
        assertRefused(complaint);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void refusesAPickleOfAStream(String program, String complaint) throws IOException {
        Files.write(file, bytes(MAGIC + START + "M\u00e9\u0003." + SYSTEM + START + program + STOP + START + "]."));
        assertRefused(complaint.replaceAll("found [14]$", "found "));
    }

    static List<Arguments> tensors() {
        long huge = 1L << 62;
        return List.of(
                Arguments.of(tensor(3, 0, number(2), number(1)), "storage [0] of 3 F32, and that in 8 bytes"),
                Arguments.of(tensor(2, 1, number(2), number(1)), "from 1 on must lie in storage [0] of 2 F32"),
                Arguments.of(tensor(2, -1, number(2), number(1)), "from -1 on must lie"),
                Arguments.of(tensor(-2, 0, number(2), number(1)), "storage [0] of -2 F32"),
                Arguments.of(tensor(2, 0, number(-1), number(1)), "shape [-1]"),
                Arguments.of(tensor(2, 1, number(2), number(-1)), "strides [-1]"),
                Arguments.of(tensor(2, 0, number(2), ""), "strides []"),
                Arguments.of(tensor(2, 0, number(2), number(huge)), "strides [4611686018427387904]"),
                Arguments.of(tensor(2, 0, number(3), number(huge)), "strides [4611686018427387904]"),
                Arguments.of(tensor(huge, 0, number(2), number(1)), "storage [0] of 4611686018427387904 F32"),
                Arguments.of(tensor(2, 0, number(huge) + number(huge), number(0) + number(0)), "must lie in storage"),
                Arguments.of(tensor(2, 0, number(1 << 25), number(0)), "shape [33554432] with strides [0]"));
    }

    @ParameterizedTest
    @MethodSource("tensors")
    void refusesATensorThatDoesNotLieInItsStorage(String tensor, String complaint) throws IOException {
        write(dict("x", tensor));
        assertRefused(complaint);
        assertRefused("x.pt tensor x]: ");
    }

    @Test
    void refusesATensorWithoutStorage() throws IOException {
        new Zip64Writer(file).add("a/data.pkl", bytes(START + VECTOR + STOP)).close();
        assertRefused("tensor x]: storage [0] is not in the file");
    }

    @Test
    void refusesTwoTensorsOfOneName() throws IOException {
        String tensor = tensor(2, 0, number(2), number(1));
        write("}" + text("a.b") + tensor + "s" + text("a") + dict("b", tensor) + "s");
        assertRefused("tensor a.b]: is there twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kinds.pt", "legacy.pt", "scripted.pt"})
    void refusesAFileThatIsCutShortAnywhere(String name) throws IOException {
        Files.copy(TorchFileTest.resource(name), file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long size = channel.size() - 1; size >= 0; size--) {
                channel.truncate(size);
                assertThrows(InvalidInputException.class, () -> TorchFile.open(file), "cut to " + size);
            }
        }
    }

    @Test
    void readsStoragesBeyondFourGibibytes() throws IOException {
        zip().skipTo(BEYOND_32_BITS)
                .add("a/data/0", floats(ByteOrder.LITTLE_ENDIAN))
                .close();
        assertReads();
    }

    @Test
    void readsFilesOfMachinesThatWriteTheHighestByteFirst() throws IOException {
        zip().add("a/byteorder", bytes("big"))
                .add("a/data/0", floats(ByteOrder.BIG_ENDIAN))
                .close();
        assertReads();
    }

    @Test
    void refusesAnUnknownOrderOfBytes() throws IOException {
        zip().add("a/byteorder", bytes("middle")).add("a/data/0", new byte[8]).close();
        assertRefused("entry a/byteorder]: expected little or big, found [middle]");
    }

    @Test
    void refusesCompressedEntries() throws IOException {
        Zip64Writer zip = zip().add("a/data/0", new byte[8]);
        zip.claim(zip.last().method(8)).close();
        assertRefused("entry a/data/0]: is compressed or encrypted");
    }

    @Test
    void refusesEntriesOutsideTheFile() throws IOException {
        for (long header : new long[] {-1, 1, Long.MAX_VALUE, 1L << 40}) {
            Zip64Writer zip = zip().add("a/data/0", new byte[8]);
            zip.claim(zip.last().header(header)).close();
            assertRefused("the file is damaged or cut short");
        }
        for (long size : new long[] {-1, 9, Long.MAX_VALUE, 1L << 40}) {
            Zip64Writer zip = zip().add("a/data/0", new byte[8]);
            zip.claim(zip.last().size(size)).close();
            assertRefused("the file is damaged or cut short");
        }
    }

    @Test
    void refusesAPickleOfMoreThan64Mebibytes() throws IOException {
        Zip64Writer zip = new Zip64Writer(file).add("a/data.pkl", new byte[1]).skipTo(1L << 30);
        zip.claim(zip.last().size(1L << 29)).close();
        assertRefused("entry a/data.pkl]: expected at most 67108864 bytes, found 536870912");
    }

    @Test
    void refusesEntriesOfOneName() throws IOException {
        zip().add("a/data/0", new byte[8]).claimAgain().close();
        assertRefused("entry [a/data/0] is there twice");
    }

    @Test
    void refusesADirectoryOutsideTheFile() throws IOException {
        for (long lie : new long[] {1, 1L << 20, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
            zip().close(lie, 0);
            assertRefused("the file is damaged or cut short");
            zip().close(0, lie);
            assertRefused("the file is damaged or cut short");
        }
    }

    @Test
    void refusesZipsThatAreNoCheckpoints() throws IOException {
        new Zip64Writer(file).add("a/b", new byte[1]).close();
        assertRefused("a zip file without [a/data.pkl] is no PyTorch file");
    }

    private Zip64Writer zip() throws IOException {
        Files.deleteIfExists(file);
        return new Zip64Writer(file).add("a/data.pkl", bytes(START + VECTOR + STOP));
    }

    private void write(String program) throws IOException {
        new Zip64Writer(file)
                .add("a/data.pkl", bytes(START + program + STOP))
                .add("a/data/0", new byte[8])
                .close();
    }

    private static byte[] floats(ByteOrder order) {
        return ByteBuffer.allocate(8).order(order).putFloat(1.5f).putFloat(-2).array();
    }

    private void assertReads() {
        try (TorchFile opened = TorchFile.open(file)) {
            assertArrayEquals(new float[] {1.5f, -2}, TorchFileTest.floats(opened, "x"));
        }
    }

    private void assertRefused(String complaint) {
        String message = assertThrows(InvalidInputException.class, () -> TorchFile.open(file))
                .getMessage();
        assertTrue(message.contains(complaint), message);
        assertEquals(1, message.lines().count());
    }
}
