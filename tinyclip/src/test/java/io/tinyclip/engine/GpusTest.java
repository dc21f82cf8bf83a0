package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.jna.ptr.PointerByReference;
import io.tinyclip.engine.Gpus.Gpu;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpusTest {
    private static final int SUCCESS = 0;
    private static final int OUT_OF_MEMORY = 2;
    private static final int INVALID_DEVICE = 101;
    private static final long GIB = 1L << 30;

    private int retained;
    private int pushed;
    private int memoryAnswer = SUCCESS;

    @Test
    void tellModelCapabilityAndMemoryOfEach() {
        List<Gpu> gpus = new Gpus(this::driver).all();
        assertEquals(List.of(new Gpu("Card 0", "9.0", 80 * GIB), new Gpu("Card 1", "9.0", 80 * GIB)), gpus);
        assertEquals(12080, new Gpus(this::driver).driverVersion());
    }

    @Test
    void usedMemoryIsWhatIsNotFreeAndLeavesNoContextBehind() {
        assertEquals(77 * GIB, new Gpus(this::driver).used(1));
        memoryAnswer = OUT_OF_MEMORY;
        assertEquals(0, new Gpus(this::driver).used(1));
        assertEquals(0, retained);
        assertEquals(0, pushed);
    }

    @Test
    void noDriverMeansNone() {
        assertEquals(List.of(), new Gpus((function, arguments) -> -1).all());
    }

    @Test
    void anUnknownNumberIsRefused() {
        assertThrows(IllegalStateException.class, () -> new Gpus(this::driver).used(2));
    }

    /** A driver of two cards. */
    private int driver(String function, Object... arguments) {
        switch (function) {
            case "cuInit" -> assertEquals(0, arguments[0]);
            case "cuDeviceGetCount" -> ((int[]) arguments[0])[0] = 2;
            case "cuDriverGetVersion" -> ((int[]) arguments[0])[0] = 12080;
            case "cuDeviceGet" -> {
                int number = (int) arguments[1];
                if (number > 1) {
                    return INVALID_DEVICE;
                }
                ((int[]) arguments[0])[0] = 40 + number;
            }
            case "cuDeviceGetName" -> name((byte[]) arguments[0], (int) arguments[2]);
            case "cuDeviceTotalMem_v2" -> ((long[]) arguments[0])[0] = 80 * GIB;
            case "cuDeviceGetAttribute" -> ((int[]) arguments[0])[0] = (int) arguments[1] == 75 ? 9 : 0;
            case "cuDevicePrimaryCtxRetain" -> retained += arguments[0] instanceof PointerByReference ? 1 : 0;
            case "cuDevicePrimaryCtxRelease_v2" -> retained--;
            case "cuCtxPushCurrent_v2" -> pushed++;
            case "cuCtxPopCurrent_v2" -> pushed--;
            case "cuMemGetInfo_v2" -> {
                ((long[]) arguments[0])[0] = 3 * GIB;
                ((long[]) arguments[1])[0] = 80 * GIB;
                return memoryAnswer;
            }
            default -> throw new AssertionError(function);
        }
        return SUCCESS;
    }

    private static void name(byte[] target, int device) {
        byte[] name = ("Card " + (device - 40)).getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(name, 0, target, 0, name.length);
    }
}
