package io.tinyclip.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The GPUs of this machine as NVIDIA's driver tells of them. The driver is asked itself, since libtorch's own answers have
 * no way through DJL, and the CUDA runtime that DJL looks for lies wherever the user's libtorch does.
 */
final class Gpus {
    private static final String LIBRARY = "libcuda.so.1";
    /** CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR in cuda.h. */
    private static final int MAJOR = 75;

    private static final int MINOR = 76;
    private static final int LONGEST_NAME = 256;

    private final Driver driver;

    /** A function of the driver's library by its name; the answer is 0 for success. */
    interface Driver {
        int call(String function, Object... arguments);
    }

    /**
     * A GPU.
     *
     * @param model what it is called
     * @param capability its compute capability, such as 9.0
     * @param bytes of its memory
     */
    record Gpu(String model, String capability, long bytes) {}

    Gpus(Driver driver) {
        this.driver = driver;
    }

    /** Those of this machine; none where there is no driver. */
    static Gpus ofThisMachine() {
        try {
            NativeLibrary library = NativeLibrary.getInstance(LIBRARY);
            return new Gpus(
                    (function, arguments) -> library.getFunction(function).invokeInt(arguments));
        } catch (UnsatisfiedLinkError noDriver) {
            return new Gpus((function, arguments) -> -1);
        }
    }

    /** All GPUs that this process may use, in CUDA's order. */
    List<Gpu> all() {
        int[] count = new int[1];
        if (driver.call("cuInit", 0) != 0 || driver.call("cuDeviceGetCount", count) != 0) {
            return List.of();
        }
        List<Gpu> gpus = new ArrayList<>();
        for (int i = 0; i < count[0]; i++) {
            gpus.add(gpu(handle(i)));
        }
        return gpus;
    }

    /** Version of the driver, such as 12080 for one of CUDA 12.8. */
    int driverVersion() {
        int[] version = new int[1];
        require("cuDriverGetVersion", version);
        return version[0];
    }

    /** Bytes of a GPU's memory that anybody has taken, its other processes included. */
    long used(int number) {
        int device = handle(number);
        PointerByReference context = new PointerByReference();
        // The context that libtorch computes in; the driver counts how often it is retained.
        require("cuDevicePrimaryCtxRetain", context, device);
        try {
            Pointer current = context.getValue();
            require("cuCtxPushCurrent_v2", current);
            long[] free = new long[1];
            long[] total = new long[1];
            int answer = driver.call("cuMemGetInfo_v2", free, total);
            require("cuCtxPopCurrent_v2", new PointerByReference());
            return answer == 0 ? total[0] - free[0] : 0;
        } finally {
            driver.call("cuDevicePrimaryCtxRelease_v2", device);
        }
    }

    private int handle(int number) {
        require("cuInit", 0);
        int[] device = new int[1];
        require("cuDeviceGet", device, number);
        return device[0];
    }

    private Gpu gpu(int device) {
        byte[] name = new byte[LONGEST_NAME];
        long[] bytes = new long[1];
        require("cuDeviceGetName", name, name.length, device);
        require("cuDeviceTotalMem_v2", bytes, device);
        String capability = String.format(Locale.ROOT, "%d.%d", attribute(MAJOR, device), attribute(MINOR, device));
        String text = new String(name, StandardCharsets.ISO_8859_1);
        return new Gpu(text.substring(0, text.indexOf('\0')), capability, bytes[0]);
    }

    private int attribute(int attribute, int device) {
        int[] value = new int[1];
        require("cuDeviceGetAttribute", value, attribute, device);
        return value[0];
    }

    private void require(String function, Object... arguments) {
        int answer = driver.call(function, arguments);
        if (answer != 0) {
            throw new IllegalStateException("the GPU's driver answers [" + answer + "] to " + function);
        }
    }
}
