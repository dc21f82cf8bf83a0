package io.tinyclip.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {
    private static final int DATA_BYTES = 16;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("x.safetensors");
    }

    @Test
    void readsBackTheBitsItWrote() {
        float[] data = {0, 1.5f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, -3};
        List<Tensor> tensors = List.of(
                new Tensor("b", List.of(2, 2), data, 1),
                new Tensor("a", List.of(), data, 5),
                new Tensor("none", List.of(0, 9), data, 0));
        SafetensorsWriter.write(file, tensors, StoredFloat.F32, Map.of("format", "pt \"quoted\" \u00e9"));
        try (Safetensors opened = Safetensors.open(file)) {
            assertEquals(Set.of("b", "a", "none"), opened.names());
            assertEquals(Map.of("format", "pt \"quoted\" \u00e9"), opened.metadata());
            assertEquals(List.of(2L, 2L), opened.shape("b"));
            assertEquals(List.of(), opened.shape("a"));
            assertArrayEquals(new float[] {1.5f, -0f, Float.MIN_VALUE, Float.MAX_VALUE}, opened.floats("b"));
            assertArrayEquals(new float[] {-3}, opened.floats("a"));
            assertEquals(0, opened.floats("none").length);
        }
    }

    @Test
    void streamsTensorsLargerThanItsBuffer() {
        float[] data = new float[700_001];
        for (int i = 0; i < data.length; i++) {
            data[i] = i % 2048;
        }
        List<Tensor> tensors = List.of(new Tensor("t", List.of(data.length), data, 0));
        for (StoredFloat precision : StoredFloat.values()) {
            SafetensorsWriter.write(file, tensors, precision, Map.of());
            try (Safetensors opened = Safetensors.open(file)) {
                assertArrayEquals(data, opened.floats("t"));
            }
        }
    }

    @Test
    void alignsTheData() throws IOException {
        SafetensorsWriter.write(
                file, List.of(new Tensor("ab", List.of(1), new float[1], 0)), StoredFloat.F32, Map.of());
        long header = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong(0);
        assertEquals(0, header % 8);
        assertEquals(Files.size(file), 8 + header + 4);
    }

    @Test
    void readsBrainFloats() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort((short) 0x3FC0).putShort((short) 0xC000);
        write("{\"x\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}", data.array());
        try (Safetensors opened = Safetensors.open(file)) {
            assertArrayEquals(new float[] {1.5f, -2}, opened.floats("x"));
        }
    }

    @Test
    void roundsDoublesToNearest() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        data.putDouble(0.1).putDouble(-1e300);
        write("{\"x\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}", data.array());
        try (Safetensors opened = Safetensors.open(file)) {
            assertTrue(opened.isFloat("x"));
            assertArrayEquals(new float[] {0.1f, Float.NEGATIVE_INFINITY}, opened.floats("x"));
        }
    }

    @Test
    void carriesOtherTypesButDoesNotReadThemAsFloats() throws IOException {
        write("{\"position_ids\":{\"dtype\":\"I64\",\"shape\":[1,2],\"data_offsets\":[0,16]}}", new byte[DATA_BYTES]);
        try (Safetensors opened = Safetensors.open(file)) {
            assertEquals(List.of(1L, 2L), opened.shape("position_ids"));
            String message = assertThrows(InvalidInputException.class, () -> opened.floats("position_ids"))
                    .getMessage();
            assertTrue(message.contains("expected F32, F16, BF16 or F64, found I64"), message);
            message = assertThrows(InvalidInputException.class, () -> opened.floats("other"))
                    .getMessage();
            assertTrue(message.contains("tensor other") && message.contains("not in the file"), message);
        }
    }

    @Test
    void refusesToWriteWhatIsNotFinite() {
        assertRefusesToWrite(Float.NaN, StoredFloat.F32);
        assertRefusesToWrite(Float.NEGATIVE_INFINITY, StoredFloat.F32);
        assertRefusesToWrite(Float.NaN, StoredFloat.F16);
        assertRefusesToWrite(65_520f, StoredFloat.F16);
        assertTrue(folder.toFile().list().length == 0, "nothing may be left");
    }

    private void assertRefusesToWrite(float value, StoredFloat precision) {
        List<Tensor> tensors = List.of(new Tensor("bad.one", List.of(2), new float[] {1, value}, 0));
        String message = assertThrows(
                        InvalidInputException.class, () -> SafetensorsWriter.write(file, tensors, precision, Map.of()))
                .getMessage();
        assertTrue(message.contains("bad.one") && message.contains("at 1"), message);
    }

    static Stream<Arguments> hostileHeaders() {
        String good = "\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}";
        return Stream.of(
                Arguments.of("{", "not valid JSON"),
                Arguments.of("[]", "expected an object"),
                Arguments.of("{" + good + "}x", "not valid JSON"),
                Arguments.of("{" + good + "," + good + "}", "name [a] twice"),
                Arguments.of("{a:1}", "not valid JSON"),
                Arguments.of("{\"a\":3}", "tensor a]: expected an object, found [3]"),
                Arguments.of("{\"\u00e9", "not valid JSON"),
                Arguments.of("{}", "expected to end at byte 16 of the data, found 0"),
                Arguments.of(tensor("F31", "[4]", "[0,16]"), "dtype expected one of"),
                Arguments.of(tensor("F32", "[4]", "[0,17]"), "data_offsets [17] must be a whole number from 0 to 16"),
                Arguments.of(tensor("F32", "[4]", "[-1,15]"), "data_offsets [-1]"),
                Arguments.of(tensor("F32", "[4]", "[16,0]"), "begin <= end, found [16, 0]"),
                Arguments.of(tensor("F32", "[4]", "[0]"), "expected [begin, end]"),
                Arguments.of(tensor("F32", "[4]", "[0,16,16]"), "expected [begin, end]"),
                Arguments.of(tensor("F32", "[4]", "[0,1e1]"), "data_offsets [1e1]"),
                Arguments.of(tensor("F32", "[4]", "[0,\"16\"]"), "data_offsets [\"16\"]"),
                Arguments.of(tensor("F32", "[4]", "[0,99999999999999999999]"), "data_offsets [9999"),
                Arguments.of(tensor("F32", "[5]", "[0,16]"), "shape [5] of F32: expected 20 bytes, found 16"),
                Arguments.of(tensor("F16", "[4]", "[0,16]"), "expected 8 bytes, found 16"),
                Arguments.of(tensor("F32", "[-2,-2]", "[0,16]"), "shape [-2]"),
                Arguments.of(tensor("F32", "[4.0]", "[0,16]"), "shape [4.0]"),
                Arguments.of(tensor("F32", "4", "[0,16]"), "shape [4] must be an array"),
                Arguments.of(tensor("F32", "[4294967296,4294967296]", "[0,16]"), "less than 2^63 bytes"),
                Arguments.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[4]}}", "field [data_offsets] is missing"),
                Arguments.of(
                        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16],\"x\":1}}",
                        "unknown field [x]"),
                Arguments.of("{\"__metadata__\":{\"k\":1}," + good + "}", "k [1] must be a string"),
                Arguments.of("{\"__metadata__\":[]," + good + "}", "must be an object"),
                Arguments.of(
                        pair("[0,8]", "[4,16]"),
                        "tensor b]: overlaps the tensor before it: expected to begin at byte 8, found 4"),
                Arguments.of(
                        pair("[0,4]", "[8,16]"),
                        "tensor b]: leaves a gap before it: expected to begin at byte 4, found 8"),
                Arguments.of(tensor("F32", "[3]", "[0,12]"), "expected to end at byte 16 of the data, found 12"),
                Arguments.of("{\"a\":" + "[".repeat(100_000), "not valid JSON"));
    }

    private static String tensor(String type, String shape, String offsets) {
        return "{\"a\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    }

    private static String pair(String first, String second) {
        return "{\"a\":" + bytes(first) + ",\"b\":" + bytes(second) + "}";
    }

    private static String bytes(String offsets) {
        String[] ends = offsets.substring(1, offsets.length() - 1).split(",");
        int count = Integer.parseInt(ends[1]) - Integer.parseInt(ends[0]);
        return "{\"dtype\":\"U8\",\"shape\":[" + count + "],\"data_offsets\":" + offsets + "}";
    }

    @ParameterizedTest
    @MethodSource("hostileHeaders")
    void refusesHostileHeaders(String header, String reason) throws IOException {
        write(header, new byte[DATA_BYTES]);
        assertRefused(reason);
    }

    @Test
    void refusesLengthsOutsideTheFile() throws IOException {
        Files.write(file, new byte[7]);
        assertRefused("expected at least 8 bytes, found 7");
        for (long length : new long[] {-1, 3, Long.MIN_VALUE, 1L << 40}) {
            byte[] bytes = ByteBuffer.allocate(10)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(length)
                    .array();
            Files.write(file, bytes);
            assertRefused("a header of at most 2 bytes, found " + Long.toUnsignedString(length));
        }
    }

    @Test
    void refusesHeadersThatAreNotUtf8() throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(2);
        Files.write(file, bytes.put((byte) '{').put((byte) 0xFF).array());
        assertRefused("not UTF-8");
    }

    @Test
    void namesAMissingFile() {
        assertRefused("check the path");
    }

    @Test
    void refusesToWriteANameTwice() {
        Tensor tensor = new Tensor("a", List.of(1), new float[1], 0);
        assertThrows(
                IllegalArgumentException.class,
                () -> SafetensorsWriter.write(file, List.of(tensor, tensor), StoredFloat.F32, Map.of()));
    }

    private void assertRefused(String reason) {
        String message = assertThrows(InvalidInputException.class, () -> Safetensors.open(file))
                .getMessage();
        assertTrue(message.contains(reason), message);
        assertTrue(message.contains(file.toString()), message);
    }

    private void write(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(json.length).put(json).put(data).array());
    }
}
