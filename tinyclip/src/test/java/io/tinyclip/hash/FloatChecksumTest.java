package io.tinyclip.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatChecksumTest {
    private static final int FLOATS = 1_400_000;

    private final FloatBuffer values = FloatBuffer.allocate(FLOATS);

    FloatChecksumTest() {
        Random random = new Random(3);
        for (int i = 0; i < FLOATS; i++) {
            values.put(i, random.nextFloat() - 0.5f);
        }
    }

    /** Within a part, at its bounds, of several. */
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "5,6",
        "0,262144",
        "0,262145",
        "7,262150",
        "3,524291",
        "11,1399999",
        "0,1400000",
        "1048576,1400000"
    })
    void isThatOfAllBytesInOneGo(int from, int to) {
        ByteBuffer bytes = ByteBuffer.allocate((to - from) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(0, values, from, to - from);
        CRC32C whole = new CRC32C();
        whole.update(bytes);
        assertEquals((int) whole.getValue(), FloatChecksum.of(values, from, to));
    }
}
