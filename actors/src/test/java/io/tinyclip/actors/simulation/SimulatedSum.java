package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.model.FloatVector;
import io.tinyclip.reduce.Node;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What stands for a gradient: how often each partition is in it, some of them a float, and lies besides. */
final class SimulatedSum {
    private static final int PARTITIONS_A_FLOAT = 8;

    private final int[] digits;

    /** Of nothing yet. */
    SimulatedSum(int partitions) {
        this.digits = new int[1 + (partitions + PARTITIONS_A_FLOAT - 1) / PARTITIONS_A_FLOAT];
    }

    void add(int partition) {
        digits[1 + partition / PARTITIONS_A_FLOAT] += 1 << partition % PARTITIONS_A_FLOAT;
    }

    void lie() {
        digits[0]++;
    }

    /** As it is published. */
    String written() {
        return Arrays.stream(digits).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    /** Equal where sums are. */
    int checksum() {
        return Arrays.hashCode(digits);
    }

    FloatVector vector() {
        float[] floats = new float[digits.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = digits[i];
        }
        return FloatVector.of(floats);
    }

    static FloatVector read(String written) {
        String[] words = written.split(",");
        float[] floats = new float[words.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Integer.parseInt(words[i]);
        }
        return FloatVector.of(floats);
    }

    static String written(FloatVector sum) {
        return IntStream.range(0, sum.size())
                .mapToObj(i -> Integer.toString((int) sum.get(i)))
                .collect(Collectors.joining(","));
    }

    static boolean isLie(FloatVector sum) {
        return sum.get(0) > 0;
    }

    /** Each partition under the node once, and no other. */
    static void requireAll(FloatVector sum, Node node) {
        SimulatedSum all = new SimulatedSum((sum.size() - 1) * PARTITIONS_A_FLOAT);
        IntStream.range(node.from(), node.to()).forEach(all::add);
        for (int i = 1; i < sum.size(); i++) {
            assertEquals(all.digits[i], (int) sum.get(i), "each partition under " + node + " counts once");
        }
    }
}
