package io.tinyclip.engine;

import io.tinyclip.engine.Gpus.Gpu;

/**
 * What the device that kernels run on can do.
 *
 * @param told for people: its vector instructions and what limits them, or a GPU's model
 * @param multipliesBf16 whether it has instructions for products of bf16; without them each is made of products of floats
 */
public record Capabilities(String told, boolean multipliesBf16) {
    /** From Ampere on GPUs multiply bf16. */
    private static final int BF16_SINCE = 8;

    /**
     * Those of a device of this machine.
     *
     * @param device that {@link Torch#require} accepts
     */
    public static Capabilities of(ComputeDevice device) {
        return device.isGpu()
                ? of(Gpus.ofThisMachine().all().get(device.gpu().orElseThrow()))
                : Processor.ofThisMachine().under(System.getenv());
    }

    static Capabilities of(Gpu gpu) {
        int major =
                Integer.parseInt(gpu.capability().substring(0, gpu.capability().indexOf('.')));
        return new Capabilities(gpu.model() + " of compute capability " + gpu.capability(), major >= BF16_SINCE);
    }
}
