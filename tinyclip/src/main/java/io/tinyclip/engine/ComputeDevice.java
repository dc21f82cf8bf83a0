package io.tinyclip.engine;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where kernels compute: on the processor, or on one GPU.
 *
 * @param gpu its number among those that CUDA shows this process; empty for the processor
 * @param copies whether arrays are filled in the host's memory and then copied to the device, as a GPU's must be
 */
public record ComputeDevice(OptionalInt gpu, boolean copies) {
    /** The processor, whose kernels read what Java wrote where it lies. */
    public static final ComputeDevice CPU = new ComputeDevice(OptionalInt.empty(), false);

    private static final int GPU_THREADS = 4;

    private static final Pattern GPU = Pattern.compile("cuda:(\\d{1,3})");

    public ComputeDevice {
        if (gpu.isPresent() && !copies) {
            throw new IllegalArgumentException("a GPU does not read the host's memory in place");
        }
    }

    /** The GPU of that number. */
    public static ComputeDevice cuda(int number) {
        return new ComputeDevice(OptionalInt.of(number), true);
    }

    /** @return the device that is called so, {@code cpu} or {@code cuda:N}; empty for any other text */
    public static Optional<ComputeDevice> parse(String name) {
        if (name.equals("cpu")) {
            return Optional.of(CPU);
        }
        Matcher matcher = GPU.matcher(name);
        return matcher.matches() ? Optional.of(cuda(Integer.parseInt(matcher.group(1)))) : Optional.empty();
    }

    public boolean isGpu() {
        return gpu.isPresent();
    }

    /**
     * Threads that compute on it at a time where settings leave that open: one a core, or on a GPU a few, of which some prepare
     * and launch what others' kernels will be followed by.
     */
    public int threads() {
        return isGpu() ? GPU_THREADS : Runtime.getRuntime().availableProcessors();
    }

    /** As the setting has it. */
    public String name() {
        return gpu.isPresent() ? "cuda:" + gpu.getAsInt() : "cpu";
    }
}
