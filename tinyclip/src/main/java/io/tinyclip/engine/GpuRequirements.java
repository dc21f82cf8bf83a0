package io.tinyclip.engine;

import io.tinyclip.engine.Gpus.Gpu;
import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What must hold before anything is computed on a GPU.
 *
 * @param gpus that there are
 * @param environment of this process, as its libraries see it
 * @param engine whether libtorch has CUDA; asked last, since it starts the engine
 */
record GpuRequirements(List<Gpu> gpus, Map<String, String> environment, BooleanSupplier engine) {
    /** Each of them turns rounding of factors to 11 bits on, which fp32 must not have. */
    private static final List<String> ROUNDING = List.of(GpuEnvironment.TORCH_ROUNDING, GpuEnvironment.ROUNDING);

    private static final String INSTALL = "PyTorch 2.7.1 with CUDA (pip install torch==2.7.1), and start with "
            + "PYTORCH_LIBRARY_PATH=.../torch/lib in the environment";

    /** @throws InvalidInputException in one line that says what is missing and what to do about it */
    void require(ComputeDevice device) {
        if (!device.isGpu()) {
            return;
        }
        String setting = "tinyclip.device [" + device.name() + "] ";
        if (gpus.isEmpty()) {
            throw new InvalidInputException(
                    setting + "needs an NVIDIA GPU, and CUDA finds 0 here: install the driver and " + INSTALL
                            + "; or set tinyclip.device = cpu");
        }
        if (device.gpu().orElseThrow() >= gpus.size()) {
            throw new InvalidInputException(setting + "is not there: CUDA finds " + gpus.size() + " here, " + names()
                    + "; set tinyclip.device to one of them, or to cpu");
        }
        requireSameBits(setting);
        if (!engine.getAsBoolean()) {
            throw new InvalidInputException(
                    setting + "needs a libtorch with CUDA, and this one has none, though there is " + names()
                            + ": install " + INSTALL);
        }
    }

    private void requireSameBits(String setting) {
        String workspace = environment.getOrDefault(GpuEnvironment.WORKSPACE, "");
        if (!workspace.equals(GpuEnvironment.WORKSPACE_SIZE)) {
            throw new InvalidInputException(setting + "has the same bits at every run only with "
                    + GpuEnvironment.WORKSPACE + "=" + GpuEnvironment.WORKSPACE_SIZE
                    + " in the environment, which has [" + workspace + "]; unset it and start again");
        }
        for (String variable : ROUNDING) {
            if (environment.getOrDefault(variable, "0").equals("1")) {
                throw new InvalidInputException(setting + "must not round to TF32, which " + variable
                        + "=1 in the environment asks for; unset it and start again");
            }
        }
    }

    private String names() {
        return IntStream.range(0, gpus.size())
                .mapToObj(i -> "cuda:" + i + " (" + gpus.get(i).model() + ")")
                .collect(Collectors.joining(", "));
    }
}
