package io.tinyclip.actors.plane.tcp;

import com.sun.management.OperatingSystemMXBean;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.tls.BriefKeys;
import io.tinyclip.actors.tls.Credentials;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** How fast the data plane is, with TLS and without, beside plain sockets: all on loopback, and both ends in this JVM. */
public final class PlaneBenchmark {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int CHUNK = 2 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int WARMING_ROUNDS = 3;
    private static final double MEGABYTE = 1e6;
    private static final double GIGABYTE = 1e9;

    /**
     * Medians of one way to transfer.
     *
     * @param cpuSeconds a gigabyte, of all threads of this process, so of both ends together
     */
    public record Rate(double megabytesPerSecond, double cpuSeconds) {}

    /**
     * What was measured, in turn.
     *
     * @param plane from array to array, with checksums
     * @param tls the same under mutual TLS
     * @param socket from direct buffer to direct buffer by as many plain socket channels, in writes of a chunk
     */
    public record Result(Rate plane, Rate tls, Rate socket) {}

    private PlaneBenchmark() {}

    /**
     * Transfers the same number of bytes by each in turn.
     *
     * @param bytes of one transfer; two arrays of that size and as much direct memory are taken
     * @param connections to use, 1 to 16
     * @param rounds that count, after a few that do not
     * @throws IOException where loopback does not work
     */
    public static Result run(long bytes, int connections, int rounds) throws IOException {
        int floats = Math.toIntExact(bytes / Float.BYTES);
        float[] source = new float[floats];
        Arrays.fill(source, 1);
        float[] target = new float[floats];
        Rates plane = new Rates(bytes, rounds);
        Rates encrypted = new Rates(bytes, rounds);
        Rates socket = new Rates(bytes, rounds);
        try (BriefKeys keys = new BriefKeys();
                Pair open = new Pair(connections, Optional.empty(), source);
                Pair tls = new Pair(connections, Optional.of(keys.make()), source);
                PlainSockets plain = new PlainSockets((long) floats * Float.BYTES, connections, CHUNK)) {
            for (int i = -WARMING_ROUNDS; i < rounds; i++) {
                plane.measure(i, () -> open.transfer(target));
                encrypted.measure(i, () -> tls.transfer(target));
                socket.measure(i, plain::transfer);
            }
        }
        return new Result(plane.medians(), encrypted.medians(), socket.medians());
    }

    /** Two data planes, one of which fetches what the other has published. */
    private static final class Pair implements AutoCloseable {
        private final NettyDataPlane from;
        private final NettyDataPlane to;
        private final Handle handle;

        Pair(int connections, Optional<Credentials> credentials, float[] source) {
            PlaneSettings settings = new PlaneSettings(LOOPBACK, 0, connections, CHUNK, TIMEOUT, credentials);
            from = NettyDataPlane.open(settings);
            to = NettyDataPlane.open(settings);
            handle = from.publish("benchmark", source);
        }

        void transfer(float[] target) {
            to.fetchInto(handle, 0, target.length, FloatBuffer.wrap(target), 0)
                    .toCompletableFuture()
                    .join();
        }

        @Override
        public void close() {
            to.close();
            from.close();
        }
    }

    private static final class Rates {
        private static final double NANOS = 1e9;

        private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        private final long bytes;
        private final double[] rates;
        private final double[] cpu;

        Rates(long bytes, int rounds) {
            this.bytes = bytes;
            this.rates = new double[rounds];
            this.cpu = new double[rounds];
        }

        /** @param round that counts from 0 on */
        void measure(int round, Runnable transfer) {
            long processor = process.getProcessCpuTime();
            long begun = System.nanoTime();
            transfer.run();
            double seconds = (System.nanoTime() - begun) / NANOS;
            if (round >= 0) {
                rates[round] = bytes / MEGABYTE / seconds;
                cpu[round] = (process.getProcessCpuTime() - processor) / NANOS / (bytes / GIGABYTE);
            }
        }

        Rate medians() {
            return new Rate(median(rates), median(cpu));
        }
    }

    private static double median(double[] rates) {
        double[] sorted = rates.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
