package io.tinyclip.inherit;

import io.tinyclip.inherit.UnitTensor.Side;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import java.util.Map;
import java.util.stream.IntStream;

/** How large the weights of each unit are: all that belong to it, in whatever tensor, summed in their order in double. */
final class Magnitude {
    private Magnitude() {}

    /**
     * Squared L2 norms.
     *
     * @param masked the vector's layout, with masks
     * @param vector of at least the weights of that layout
     * @return at the units' masks, as {@link MaskIndex} has them
     */
    static double[] squared(Layout masked, FloatVector vector) {
        double[] squares = new double[MaskIndex.of(masked).size()];
        Map<String, UnitTensor> tensors = UnitTensors.of(masked);
        tensors.forEach((name, tensor) -> add(masked.segment(name), tensor, vector, squares));
        return squares;
    }

    private static void add(Segment segment, UnitTensor tensor, FloatVector vector, double[] squares) {
        int[] rowMasks = masks(tensor.rows());
        int[] columnMasks = masks(tensor.columns());
        int at = segment.offset();
        for (int row = 0; row < tensor.rows().size(); row++) {
            for (int column = 0; column < tensor.columns().size(); column++) {
                double square = (double) vector.get(at) * vector.get(at);
                at++;
                if (rowMasks.length > 0) {
                    squares[rowMasks[row]] += square;
                }
                if (columnMasks.length > 0) {
                    squares[columnMasks[column]] += square;
                }
            }
        }
    }

    /** The mask of each row or column; none where they belong to no unit. */
    private static int[] masks(Side side) {
        return IntStream.range(0, side.hasUnits() ? side.size() : 0)
                .map(side::mask)
                .toArray();
    }
}
