package io.tinyclip.cluster.bench;

import io.tinyclip.compute.TowerBenchmark;
import io.tinyclip.compute.TowerInputs;
import io.tinyclip.fit.CostFit;
import io.tinyclip.fit.SampleTowers;
import io.tinyclip.fit.TowerTime;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Tower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What the parts of a model's towers cost on this machine. Towers of random weights and many shapes embed in turn, round by
 * round, so that what else the machine does meets all alike; each counts by its quickest round. Its prices are those that explain
 * these times best.
 */
public final class CostBench {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();
    /** Long enough for clocks and threads, short enough for many rounds. */
    private static final double LEAST_SECONDS = 0.01;

    private static final int MOST_CHUNKS = 1000;
    private static final int TEXT_UNIT = 4;

    private final Effort effort;
    private final int threads;

    /**
     * How much is measured.
     *
     * @param samples shapes; more than a tower has prices, which are 14
     * @param leastRounds that count
     * @param mostRounds that count
     * @param seconds after which no round begins beyond the least
     */
    public record Effort(int samples, int leastRounds, int mostRounds, double seconds) {
        /** A minute or two for small models. */
        public static Effort usual() {
            return new Effort(41, 5, 100, 60);
        }

        /** Seconds, for tests: measures next to nothing. */
        public static Effort tiny() {
            return new Effort(20, 1, 1, 0);
        }
    }

    /** Hears how far the measurement is. */
    public interface Listener {
        /** @param shapes that are ready, of all */
        void made(int shapes, int all);

        /** @param seconds since the first round began */
        void measured(int rounds, double seconds);
    }

    /**
     * What was found.
     *
     * @param tokens of the texts
     * @param rounds that counted
     */
    public record Found(CostFit image, CostFit text, int samples, int tokens, int rounds, int threads) {}

    /** @param threads that embed at a time */
    public CostBench(Effort effort, int threads) {
        this.effort = effort;
        this.threads = threads;
    }

    /** Bytes of memory that measuring takes, about: all shapes are there at a time, with the same inputs. */
    public long bytes(ModelShape model) {
        long weights = SampleTowers.of(model, effort.samples).stream()
                .mapToLong(TowerBenchmark::bytes)
                .sum();
        return weights + TowerInputs.bytes(model, threads);
    }

    /**
     * Measures.
     *
     * @param model whose parts are priced; its image tower has layers
     */
    public Found run(ModelShape model, Listener listener) {
        int tokens = tokens(model);
        List<ModelShape> shapes = SampleTowers.of(model, effort.samples);
        List<TowerBenchmark> towers = new ArrayList<>();
        TowerInputs inputs = new TowerInputs(model, tokens, threads);
        try {
            for (ModelShape shape : shapes) {
                towers.add(new TowerBenchmark(shape, inputs));
                warm(towers.get(towers.size() - 1));
                listener.made(towers.size(), shapes.size());
            }
            Quickest image = new Quickest(towers, TowerBenchmark::image);
            Quickest text = new Quickest(towers, TowerBenchmark::text);
            int rounds = measure(image, text, listener);
            return new Found(
                    image.fit(shapes, ModelShape::vision),
                    text.fit(shapes, ModelShape::text),
                    shapes.size(),
                    tokens,
                    rounds,
                    threads);
        } finally {
            inputs.close();
            towers.forEach(TowerBenchmark::close);
        }
    }

    private static int tokens(ModelShape model) {
        int context = model.text().contextLength();
        int caption = SyntheticPairs.captionTokens(context);
        return Math.min(context, (caption + TEXT_UNIT - 1) / TEXT_UNIT * TEXT_UNIT);
    }

    private int measure(Quickest image, Quickest text, Listener listener) {
        long begun = System.nanoTime();
        int rounds = 0;
        double seconds = 0;
        while (rounds < effort.leastRounds || rounds < effort.mostRounds && seconds < effort.seconds) {
            image.round();
            text.round();
            rounds++;
            seconds = (System.nanoTime() - begun) / NANOS;
            listener.measured(rounds, seconds);
        }
        return rounds;
    }

    /** Kernels settle in their first calls. */
    private static void warm(TowerBenchmark tower) {
        for (int call = 0; call < 2; call++) {
            tower.image(1);
            tower.text(1);
        }
    }

    private interface Timing {
        double seconds(TowerBenchmark tower, int chunks);
    }

    /** Of one tower of each. */
    private static final class Quickest {
        private final List<TowerBenchmark> towers;
        private final Timing timing;
        private final int[] chunks;
        private final double[] seconds;

        Quickest(List<TowerBenchmark> towers, Timing timing) {
            this.towers = towers;
            this.timing = timing;
            this.seconds = new double[towers.size()];
            Arrays.fill(seconds, Double.POSITIVE_INFINITY);
            this.chunks = towers.stream()
                    .mapToDouble(tower -> LEAST_SECONDS / timing.seconds(tower, 1) / TowerBenchmark.CHUNK)
                    .mapToInt(some -> (int) Math.max(1, Math.min(MOST_CHUNKS, Math.ceil(some))))
                    .toArray();
        }

        void round() {
            for (int i = 0; i < chunks.length; i++) {
                seconds[i] = Math.min(seconds[i], timing.seconds(towers.get(i), chunks[i]));
            }
        }

        CostFit fit(List<ModelShape> shapes, Function<ModelShape, Tower> tower) {
            return CostFit.of(IntStream.range(0, shapes.size())
                    .mapToObj(i -> new TowerTime(tower.apply(shapes.get(i)), seconds[i]))
                    .toList());
        }
    }
}
