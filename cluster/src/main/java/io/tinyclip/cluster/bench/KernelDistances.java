package io.tinyclip.cluster.bench;

import io.tinyclip.compute.KernelProbe;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.kernel.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How far a device's kernels lie from the processor's, tensor by tensor: forward, losses and backward of the small models
 * that the numeric probe asks of. A distance is the length of the difference over the length of the processor's answer in
 * fp32.
 */
public final class KernelDistances {
    /** fp32 keeps 24 bits; sums over thousands of numbers, and several layers of them, lose some six of them. */
    private static final double FP32_BOUND = 1e-5;
    /** The processor's own bf16 lies so far from its fp32; another order of adding may go half as far again. */
    private static final double OF_THE_PROCESSORS = 1.5;

    /** A few numbers, as a loss's sums, may lie near by chance: they may be as far as their probe's farthest tensor. */
    private static final int FEW = 8;

    private KernelDistances() {}

    /**
     * One tensor.
     *
     * @param distance from the processor's answer in fp32
     * @param bound that the distance must not exceed
     */
    public record Distance(String tensor, Precision precision, double distance, double bound) {
        /** Not where either is not a number. */
        public boolean holds() {
            return distance <= bound;
        }
    }

    /** Asks the device and the processor. */
    public static List<Distance> of(ComputeDevice device, Set<Precision> precisions) {
        Map<String, List<float[]>> exact = KernelProbe.answers(ComputeDevice.CPU, Precision.FP32);
        List<Distance> found = new ArrayList<>();
        for (Precision precision : precisions) {
            Map<String, List<float[]>> here = KernelProbe.answers(device, precision);
            Map<String, List<float[]>> processors =
                    precision == Precision.FP32 ? exact : KernelProbe.answers(ComputeDevice.CPU, precision);
            found.addAll(of(precision, exact, processors, here));
        }
        return found;
    }

    static List<Distance> of(
            Precision precision,
            Map<String, List<float[]>> exact,
            Map<String, List<float[]>> processors,
            Map<String, List<float[]>> here) {
        List<Distance> found = new ArrayList<>();
        exact.forEach((name, tensors) -> {
            List<float[]> ofProcessor = Objects.requireNonNull(processors.get(name), name);
            List<float[]> ofDevice = Objects.requireNonNull(here.get(name), name);
            double[] processorsOwn = IntStream.range(0, tensors.size())
                    .mapToDouble(i -> distance(tensors.get(i), ofProcessor.get(i)))
                    .toArray();
            double farthest = DoubleStream.of(processorsOwn).max().orElse(0);
            for (int i = 0; i < tensors.size(); i++) {
                double scale = tensors.get(i).length < FEW ? farthest : processorsOwn[i];
                double bound = FP32_BOUND + OF_THE_PROCESSORS * scale;
                String tensor = tensors.size() == 1 ? name : name + " " + (i + 1);
                found.add(new Distance(tensor, precision, distance(tensors.get(i), ofDevice.get(i)), bound));
            }
        });
        return found;
    }

    private static double distance(float[] exact, float[] other) {
        double difference = 0;
        double length = 0;
        for (int i = 0; i < exact.length; i++) {
            difference += Math.pow((double) other[i] - exact[i], 2);
            length += Math.pow(exact[i], 2);
        }
        return Math.sqrt(difference / length);
    }
}
