package io.tinyclip.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.random.Counter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AffinityKernelTest {
    private static final int PAIRS = 5;
    private static final int EMBEDDING = 3;
    private static final double SCALE = 4;
    private static final double STEP = 1e-6;

    private final TensorScope manager = Torch.newScope();
    private final AffinityKernel kernel = AffinityKernel.compile(manager);

    @AfterEach
    void close() {
        manager.close();
    }

    /**
     * Two pairs, s = 1, student logits z = (ln 3, 0; 0, ln 3), the teacher's alike but for ln 2. Every row and column of
     * the student's softmax is (3/4, 1/4), of the teacher's (2/3, 1/3): the loss, a mean of two directions, is
     * -2/3 ln 3/4 - 1/3 ln 1/4 = 0.653893, its least value, the teacher's entropy, 0.636514.
     */
    @Test
    void lossOfTwoPairsIsTheOneWorkedByHand() {
        double[] identity = {1, 0, 0, 1};
        double[] student = {Math.log(3), 0, 0, Math.log(3)};
        double[] teacher = {Math.log(2), 0, 0, Math.log(2)};
        double[] sums = affinity(1, new double[][] {student, identity, teacher, identity})
                .sums()
                .doubles();
        assertEquals(-2 / 3.0 * Math.log(0.75) - 1 / 3.0 * Math.log(0.25), sums[0], 1e-12);
        assertEquals(-2 / 3.0 * Math.log(2 / 3.0) - 1 / 3.0 * Math.log(1 / 3.0), sums[1], 1e-12);
    }

    /** The same student; each pair is its own only positive: the loss is -ln 3/4, the targets have no entropy. */
    @Test
    void contrastiveLossOfTwoPairsIsTheOneWorkedByHand() {
        double[] identity = {1, 0, 0, 1};
        double[] student = {Math.log(3), 0, 0, Math.log(3)};
        double[] sums = contrastive(1, new double[][] {student, identity}, new long[] {7, 8})
                .sums()
                .doubles();
        assertEquals(-Math.log(0.75), sums[0], 1e-12);
        assertEquals(0, sums[1], 1e-12);
    }

    @Test
    void affinityGradientAgreesWithCentralDifferences() {
        double[][] features = features();
        AffinityKernel.Result result = affinity(SCALE, features);
        double[][] gradients = {result.dImage().doubles(), result.dText().doubles()};
        for (int kind = 0; kind < 2; kind++) {
            for (int i = 0; i < PAIRS * EMBEDDING; i++) {
                double up =
                        affinity(SCALE, shifted(features, kind, i, STEP)).sums().doubles()[0];
                double down = affinity(SCALE, shifted(features, kind, i, -STEP))
                        .sums()
                        .doubles()[0];
                assertEquals((up - down) / (2 * STEP), gradients[kind][i], 1e-8, "kind " + kind + " value " + i);
            }
        }
    }

    @Test
    void contrastiveGradientAgreesWithCentralDifferences() {
        double[][] features = features();
        long[] ids = {3, 9, 3, 4, 3};
        AffinityKernel.Result result = contrastive(SCALE, features, ids);
        double[][] gradients = {result.dImage().doubles(), result.dText().doubles()};
        for (int kind = 0; kind < 2; kind++) {
            for (int i = 0; i < PAIRS * EMBEDDING; i++) {
                double up = contrastive(SCALE, shifted(features, kind, i, STEP), ids)
                        .sums()
                        .doubles()[0];
                double down = contrastive(SCALE, shifted(features, kind, i, -STEP), ids)
                        .sums()
                        .doubles()[0];
                assertEquals((up - down) / (2 * STEP), gradients[kind][i], 1e-8, "kind " + kind + " value " + i);
            }
        }
        double up = contrastive(SCALE * Math.exp(STEP), features, ids).sums().doubles()[0];
        double down = contrastive(SCALE * Math.exp(-STEP), features, ids).sums().doubles()[0];
        assertEquals((up - down) / (2 * STEP), result.sums().doubles()[2], 1e-8, "d logit scale");
    }

    private AffinityKernel.Result affinity(double scale, double[][] features) {
        return OneTile.affinity(kernel, scale, arrays(features));
    }

    private AffinityKernel.Result contrastive(double scale, double[][] features, long[] ids) {
        return OneTile.contrastive(kernel, scale, ids, arrays(features));
    }

    private Tensor[] arrays(double[][] features) {
        Tensor[] arrays = new Tensor[features.length];
        for (int kind = 0; kind < arrays.length; kind++) {
            int pairs = features[0].length == 4 ? 2 : PAIRS;
            arrays[kind] = manager.doubles(features[kind], pairs, features[kind].length / pairs);
        }
        return arrays;
    }

    private static double[][] features() {
        double[][] features = new double[4][PAIRS * EMBEDDING];
        for (int kind = 0; kind < features.length; kind++) {
            for (int i = 0; i < features[kind].length; i++) {
                features[kind][i] = 0.6 * Counter.normal(kind, i);
            }
        }
        return features;
    }

    private static double[][] shifted(double[][] features, int kind, int i, double step) {
        double[][] copy = features.clone();
        copy[kind] = features[kind].clone();
        copy[kind][i] += step;
        return copy;
    }
}
