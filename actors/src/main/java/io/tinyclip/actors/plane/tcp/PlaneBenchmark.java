package io.tinyclip.actors.plane.tcp;

import io.tinyclip.actors.plane.Handle;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** How fast the data plane is beside plain sockets, both on loopback and both ends in this JVM. */
public final class PlaneBenchmark {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int CHUNK = 2 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int WARMING_ROUNDS = 3;
    private static final double MEGABYTE = 1e6;

    /**
     * Medians.
     *
     * @param planeMegabytesPerSecond from array to array, with checksums
     * @param socketMegabytesPerSecond from direct buffer to direct buffer by as many plain socket channels, in writes
     *     of a chunk
     */
    public record Result(double planeMegabytesPerSecond, double socketMegabytesPerSecond) {}

    private PlaneBenchmark() {}

    /**
     * Transfers the same number of bytes by either in turn.
     *
     * @param bytes of one transfer; two arrays of that size and as much direct memory are taken
     * @param connections to use, 1 to 16
     * @param rounds that count, after a few that do not
     * @throws IOException where loopback does not work
     */
    public static Result run(long bytes, int connections, int rounds) throws IOException {
        int floats = Math.toIntExact(bytes / Float.BYTES);
        PlaneSettings settings = new PlaneSettings(LOOPBACK, 0, connections, CHUNK, TIMEOUT, Optional.empty());
        float[] source = new float[floats];
        Arrays.fill(source, 1);
        float[] target = new float[floats];
        double[] plane = new double[rounds];
        double[] socket = new double[rounds];
        try (NettyDataPlane from = NettyDataPlane.open(settings);
                NettyDataPlane to = NettyDataPlane.open(settings);
                PlainSockets plain = new PlainSockets((long) floats * Float.BYTES, connections, CHUNK)) {
            Handle handle = from.publish("benchmark", source);
            for (int i = -WARMING_ROUNDS; i < rounds; i++) {
                double planeRate =
                        megabytesPerSecond(bytes, () -> to.fetchInto(handle, 0, floats, FloatBuffer.wrap(target), 0)
                                .toCompletableFuture()
                                .join());
                double socketRate = megabytesPerSecond(bytes, plain::transfer);
                if (i >= 0) {
                    plane[i] = planeRate;
                    socket[i] = socketRate;
                }
            }
        }
        return new Result(median(plane), median(socket));
    }

    private static double megabytesPerSecond(long bytes, Runnable transfer) {
        long begun = System.nanoTime();
        transfer.run();
        return bytes
                / MEGABYTE
                / ((System.nanoTime() - begun) / (double) Duration.ofSeconds(1).toNanos());
    }

    private static double median(double[] rates) {
        double[] sorted = rates.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
