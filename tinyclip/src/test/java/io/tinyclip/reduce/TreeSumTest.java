package io.tinyclip.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.FloatVector;
import io.tinyclip.random.Counter;
import io.tinyclip.rounding.Rounding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TreeSumTest {
    private static final int LEVELS = 4;
    private static final int PARTITIONS = 1 << LEVELS;
    private static final int SIZE = 5;
    private static final int TRIALS = 300;
    private static final Node ROOT = new Node(LEVELS, 0);

    @Test
    void addsByTheTreeNotInSequence() {
        // (1e8 + 1) + (-1e8 + 1) is 0 in float; in sequence it would be 1
        TreeSum<FloatVector> sum = TreeSum.of(4);
        float[] values = {1e8f, 1, -1e8f, 1};
        for (int p = 0; p < values.length; p++) {
            assertTrue(sum.total().isEmpty());
            sum.give(new Node(0, p), FloatVector.of(new float[] {values[p]}));
        }
        assertArrayEquals(new float[] {0}, sum.total().orElseThrow().toArray());
    }

    @ParameterizedTest
    @EnumSource
    void anyOrderOfAnyCoveringGivesTheSameBits(Rounding rounding) {
        float[] expected = canonical(ROOT, rounding);
        for (int trial = 0; trial < TRIALS; trial++) {
            List<Node> nodes = new ArrayList<>();
            split(ROOT, trial, nodes);
            TreeSum<FloatVector> sum = TreeSum.of(PARTITIONS, rounding, unused -> {});
            for (Node node : shuffled(nodes, trial)) {
                assertTrue(sum.total().isEmpty());
                assertFalse(sum.has(node));
                sum.give(node, FloatVector.of(canonical(node, rounding)));
                assertTrue(sum.has(node));
            }
            assertArrayEquals(expected, sum.total().orElseThrow().toArray(), "trial " + trial);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyCoveringsThatOverlapGiveTheSameBits(Rounding rounding) {
        float[] expected = canonical(ROOT, rounding);
        for (int trial = 0; trial < TRIALS; trial++) {
            List<Node> nodes = new ArrayList<>();
            split(ROOT, trial, nodes);
            split(ROOT, trial + TRIALS, nodes);
            TreeSum<FloatVector> sum = TreeSum.of(PARTITIONS, rounding, unused -> {});
            shuffled(nodes, trial).forEach(node -> sum.give(node, FloatVector.of(canonical(node, rounding))));
            assertArrayEquals(expected, sum.total().orElseThrow().toArray(), "trial " + trial);
        }
    }

    @Test
    void theFirstAnswerWins() {
        for (int trial = 0; trial < TRIALS; trial++) {
            TreeSum<FloatVector> sum = TreeSum.of(PARTITIONS);
            List<Node> nodes = new ArrayList<>();
            split(ROOT, trial, nodes);
            for (Node node : shuffled(nodes, trial)) {
                sum.give(node, FloatVector.of(canonical(node)));
                sum.give(node, FloatVector.of(new float[] {1, 2, 3, 4, 5}));
                sum.give(new Node(0, node.from()), FloatVector.of(new float[] {6, 7, 8, 9, 10}));
            }
            sum.give(ROOT, FloatVector.of(new float[SIZE]));
            assertArrayEquals(canonical(ROOT), sum.total().orElseThrow().toArray(), "trial " + trial);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "FP16"})
    void everySumThatItMakesIsRounded(Rounding rounding) {
        TreeSum<FloatVector> sum = TreeSum.of(PARTITIONS, rounding, unused -> {});
        sum.give(new Node(0, 6), FloatVector.of(canonical(new Node(0, 6), rounding)));
        sum.give(new Node(0, 7), FloatVector.of(canonical(new Node(0, 7), rounding)));
        float[] values = sum.sum(new Node(1, 3)).orElseThrow().toArray();
        assertArrayEquals(rounding.rounded(values), values);
        assertFalse(Arrays.equals(canonical(new Node(1, 3)), values));
    }

    @Test
    void roundsLongVectorsToTheirEnds() {
        float[] ones = new float[5000];
        Arrays.fill(ones, 1);
        float[] small = new float[5000];
        Arrays.fill(small, 0x1p-9f);
        TreeSum<FloatVector> sum = TreeSum.of(2, Rounding.BF16, unused -> {});
        sum.give(new Node(0, 1), FloatVector.of(small));
        sum.give(new Node(0, 0), FloatVector.of(ones));
        assertArrayEquals(ones, sum.total().orElseThrow().toArray());
    }

    @Test
    void givesBackEveryVectorButTheTotalsOnce() {
        float[] expected = canonical(ROOT);
        for (int trial = 0; trial < TRIALS; trial++) {
            List<Node> nodes = new ArrayList<>();
            split(ROOT, trial, nodes);
            split(ROOT, trial + TRIALS, nodes);
            Set<FloatVector> given = Collections.newSetFromMap(new IdentityHashMap<>());
            List<FloatVector> unused = new ArrayList<>();
            TreeSum<FloatVector> sum = TreeSum.of(PARTITIONS, Rounding.FP32, unused::add);
            for (Node node : shuffled(nodes, trial)) {
                FloatVector vector = FloatVector.of(canonical(node));
                given.add(vector);
                sum.give(node, vector);
            }
            assertArrayEquals(expected, sum.total().orElseThrow().toArray(), "trial " + trial);
            assertEquals(given.size() - 1, unused.size());
            sum.clear();
            Set<FloatVector> back = Collections.newSetFromMap(new IdentityHashMap<>());
            back.addAll(unused);
            assertEquals(given, back);
            assertEquals(given.size(), unused.size());
        }
    }

    @Test
    void hasTheSumOfANodeOnceAllUnderItIsIn() {
        TreeSum<FloatVector> sum = TreeSum.of(PARTITIONS);
        Node node = new Node(1, 3);
        sum.give(new Node(0, 7), FloatVector.of(leaf(7)));
        assertTrue(sum.sum(node).isEmpty());
        sum.give(new Node(0, 6), FloatVector.of(leaf(6)));
        assertArrayEquals(canonical(node), sum.sum(node).orElseThrow().toArray());
        assertTrue(sum.has(new Node(0, 6)) && sum.has(node) && !sum.has(node.parent()));
    }

    @Test
    void onePartitionIsItsOwnSum() {
        TreeSum<FloatVector> sum = TreeSum.of(1);
        sum.give(new Node(0, 0), FloatVector.of(leaf(0)));
        assertArrayEquals(leaf(0), sum.total().orElseThrow().toArray());
        assertThrows(IllegalArgumentException.class, () -> TreeSum.of(6));
        assertThrows(IllegalArgumentException.class, () -> TreeSum.of(0));
    }

    @Test
    void theOrderOfAddingMattersToTheseValues() {
        float[] sequence = leaf(0);
        for (int p = 1; p < PARTITIONS; p++) {
            sequence = add(sequence, leaf(p));
        }
        assertFalse(Arrays.equals(canonical(ROOT), sequence));
    }

    private static float[] canonical(Node node) {
        return canonical(node, Rounding.FP32);
    }

    /** The definition: the sum of the left half and the sum of the right half, rounded. */
    private static float[] canonical(Node node, Rounding rounding) {
        if (node.level() == 0) {
            return rounding.rounded(leaf(node.index()));
        }
        Node left = new Node(node.level() - 1, 2 * node.index());
        Node right = new Node(node.level() - 1, 2 * node.index() + 1);
        return rounding.rounded(add(canonical(left, rounding), canonical(right, rounding)));
    }

    private static float[] add(float[] left, float[] right) {
        float[] sum = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            sum[i] = left[i] + right[i];
        }
        return sum;
    }

    private static float[] leaf(int partition) {
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = (float) (Counter.normal(partition, i) * Math.pow(10, (5 * partition + i) % 8));
        }
        return values;
    }

    /** Tosses a coin for each node, from this one down, whether its halves come by themselves. */
    private static void split(Node node, int trial, List<Node> nodes) {
        if (node.level() == 0 || Counter.uniform(Counter.key(trial, node.level()), node.index()) < 0.3) {
            nodes.add(node);
            return;
        }
        split(new Node(node.level() - 1, 2 * node.index()), trial, nodes);
        split(new Node(node.level() - 1, 2 * node.index() + 1), trial, nodes);
    }

    private static List<Node> shuffled(List<Node> nodes, int trial) {
        List<Node> left = new ArrayList<>(nodes);
        List<Node> order = new ArrayList<>();
        while (!left.isEmpty()) {
            order.add(left.remove(Counter.below(Counter.key(trial, PARTITIONS), left.size(), left.size())));
        }
        return order;
    }
}
