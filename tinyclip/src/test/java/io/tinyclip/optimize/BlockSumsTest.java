package io.tinyclip.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.random.Counter;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockSumsTest {
    /** Eight blocks, the last one short. */
    private static final Layout LAYOUT = Layout.of(SmallShapes.middling(), 18_000, true, false);

    @Test
    void addsSquaresBlockByBlockInDouble() {
        int block = LAYOUT.blockSize();
        float[] values = new float[2 * block + 1];
        values[0] = 3;
        values[block - 1] = -4;
        values[block] = 1e20f; // its square is no float
        values[2 * block] = 0.5f;
        double huge = 1e20f;
        double[] expected = {25, huge * huge, 0.25};
        assertArrayEquals(
                expected, BlockSums.squaredNorms(LAYOUT, new Range(block, 3 * block + 1), FloatVector.of(values)));
        assertEquals(0, BlockSums.squaredNorms(LAYOUT, new Range(block, block), FloatVector.allocate(0)).length);
    }

    @Test
    void leavesStatisticsOutUnlessTheyAreNotFinite() {
        Layout layout = Layout.of(SmallShapes.resnet(), 3, false, false);
        Range all = new Range(0, layout.size());
        float[] values = new float[layout.size()];
        int mean = layout.segment("visual.bn1.running_mean").offset();
        values[layout.segment("visual.bn1.bias").offset()] = 3;
        values[mean] = 1000;
        assertEquals(9, BlockSums.total(BlockSums.squaredNorms(layout, all, FloatVector.of(values))));
        for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            values[mean] = broken;
            assertEquals(Double.NaN, BlockSums.total(BlockSums.squaredNorms(layout, all, FloatVector.of(values))));
        }
    }

    @Test
    void addsATreeNotASequence() {
        assertEquals(0, BlockSums.total(new double[0]));
        assertEquals(7, BlockSums.total(new double[] {7}));
        // ((1e16 + 1) + (-1e16 + 1)) + 1, where 1e16 is too large for a 1; in sequence it would be 2
        assertEquals(1, BlockSums.total(new double[] {1e16, 1, -1e16, 1, 1}));
        // ((1 + 1) + (1e16 + 1)) + (1 - 1e16): the left four first
        assertEquals(2, BlockSums.total(new double[] {1, 1, 1e16, 1, 1, -1e16}));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 20})
    void theTotalHasTheSameBitsForAnyCut(int servers) {
        assertEquals(8, LAYOUT.blocks());
        float[] values = new float[LAYOUT.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (Counter.normal(3, i) * Math.pow(10, i % 9));
        }
        double[] blocks = Shards.of(LAYOUT, servers).stream()
                .flatMapToDouble(range -> DoubleStream.of(BlockSums.squaredNorms(
                        LAYOUT, range, FloatVector.of(Arrays.copyOfRange(values, range.from(), range.to())))))
                .toArray();
        assertArrayEquals(BlockSums.squaredNorms(LAYOUT, new Range(0, LAYOUT.size()), FloatVector.of(values)), blocks);
        double left = (blocks[0] + blocks[1]) + (blocks[2] + blocks[3]);
        double right = (blocks[4] + blocks[5]) + (blocks[6] + blocks[7]);
        assertEquals(left + right, BlockSums.total(blocks));
    }
}
