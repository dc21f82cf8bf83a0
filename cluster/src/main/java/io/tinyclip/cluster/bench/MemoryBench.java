package io.tinyclip.cluster.bench;

import io.tinyclip.cluster.bench.Figure.Limit;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.AdamW;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.ShardOptimizer;
import io.tinyclip.plan.MuonPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Rates;
import io.tinyclip.reduce.Node;
import io.tinyclip.reduce.TreeSum;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** What servers do to vectors, on one thread, beside the plainest loops over as many bytes. */
final class MemoryBench {
    /** Two read and one written. */
    private static final double ADD_BYTES = 3 * Float.BYTES;
    /** Weights, gradient and both moments read; weights and both moments written. */
    private static final double ADAMW_BYTES = 7 * Float.BYTES;

    private static final OptimizerPlan ADAMW = new OptimizerPlan(1e-4, 0, 0.9, 0.98, 1e-6, 0.2, 5);
    private static final MuonPlan MUON = new MuonPlan(0.2, 0.2);

    /** It counts, where AdamW moves bytes: a round takes as long as twenty. */
    private static final int MUON_ROUNDS = 3;

    private static final int LEAVES = 4;
    /** Until the loops are compiled, and the heap has grown. */
    private static final int WARMING = 5;

    private static final double MEGABYTE = 1e6;
    private static final float FACTOR = 0.5f;
    private static final String UNIT = "MB/s";

    private final float[][] arrays;
    private final List<FloatVector> vectors;
    private final ShardOptimizer.State state;
    private final Layout layout;
    private final int floats;

    /** @param layout of more floats than are measured */
    MemoryBench(Layout layout, int floats) {
        this.layout = layout;
        this.floats = Math.min(floats, layout.size());
        this.arrays = new float[LEAVES + 1][this.floats];
        for (int i = 0; i < arrays.length; i++) {
            Arrays.fill(arrays[i], i + 1);
        }
        this.vectors = Arrays.stream(arrays).map(FloatVector::of).toList();
        this.state = new ShardOptimizer.State(vectors.get(0), vectors.get(1), vectors.get(2), vectors.get(3));
    }

    List<Figure> run(int rounds) {
        double[] seconds = Medians.seconds(
                WARMING, rounds, this::triad, this::update, alone(this::treeSum), alone(() -> update(ADAMW)));
        double muon = Medians.seconds(1, MUON_ROUNDS, alone(() -> update(ADAMW.with(MUON))))[0];
        Limit limit = new Limit(
                "the faster of two plain loops, one thread",
                Math.max(rate(ADD_BYTES, seconds[0]), rate(ADD_BYTES, seconds[1])));
        double adds = (LEAVES - 1) * ADD_BYTES;
        return List.of(
                Figure.of(Section.MEMORY, "reduction", rate(adds, seconds[2]), UNIT, limit),
                Figure.of(Section.MEMORY, "AdamW", rate(ADAMW_BYTES, seconds[3]), UNIT, limit),
                Figure.of(Section.MEMORY, "Muon for layers", rate(ADAMW_BYTES, muon), UNIT, limit));
    }

    /** By one thread, beside loops that have no more; in a run they have all cores. */
    private static Runnable alone(Runnable work) {
        return () -> {
            ForkJoinPool one = new ForkJoinPool(1);
            try {
                one.submit(work).join();
            } finally {
                one.shutdown();
            }
        };
    }

    private double rate(double bytesOfFloat, double seconds) {
        return bytesOfFloat * floats / seconds / MEGABYTE;
    }

    private void triad() {
        float[] target = arrays[0];
        float[] left = arrays[1];
        float[] right = arrays[2];
        for (int i = 0; i < target.length; i++) {
            target[i] = left[i] + FACTOR * right[i];
        }
    }

    /** Reads what it writes, so that no line is fetched for nothing. */
    private void update() {
        float[] target = arrays[0];
        float[] other = arrays[1];
        for (int i = 0; i < target.length; i++) {
            target[i] = FACTOR * target[i] + other[i];
        }
    }

    private void treeSum() {
        TreeSum<FloatVector> sum = TreeSum.of(LEAVES);
        for (int leaf = 0; leaf < LEAVES; leaf++) {
            sum.give(new Node(0, leaf), vectors.get(leaf + 1));
        }
        if (sum.total().isEmpty()) {
            throw new IllegalStateException("all leaves are in and there is no sum");
        }
    }

    private void update(OptimizerPlan plan) {
        AdamW.Update update = new AdamW.Update(new Rates(1e-4, 0, 0, 0), 1, 1);
        new ShardOptimizer(plan).apply(layout, new Range(0, floats), state, vectors.get(4), update);
    }
}
