package io.tinyclip.model;

import io.tinyclip.lowrank.Basis;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/** The token table of a vector, whole or a product of two. */
public final class TokenTable {
    private final TextTower text;
    private final int rows;
    private final FloatBuffer table;
    private final float[] basis;

    private TokenTable(TextTower text, int rows, FloatBuffer table, float[] basis) {
        this.text = text;
        this.rows = rows;
        this.table = table;
        this.basis = basis;
    }

    /** The table of a vector (P of layout,). */
    public static TokenTable of(Layout layout, FloatVector vector) {
        Segment table = layout.segment(TokenRows.TABLE);
        float[] basis = layout.find(TokenRows.BASIS)
                .map(segment -> vector.range(segment.offset(), segment.end()))
                .orElseGet(() -> new float[0]);
        return new TokenTable(
                layout.shape().text(), layout.tokenRows(), vector.floats().slice(table.offset(), table.count()), basis);
    }

    /**
     * Multiplies a product out, each entry in double before it is rounded; a whole table stays as it is.
     *
     * @return (R, D)
     */
    public float[] whole() {
        float[] whole = new float[Math.multiplyExact(rows, text.width())];
        if (text.tokenRank() == 0) {
            table.get(0, whole);
            return whole;
        }
        int width = text.width();
        IntStream.range(0, rows).parallel().forEach(row -> {
            double[] sums = new double[width];
            for (int k = 0; k < text.tokenRank(); k++) {
                double factor = table.get(row * text.tokenRank() + k);
                for (int i = 0; i < width; i++) {
                    sums[i] += factor * basis[k * width + i];
                }
            }
            for (int i = 0; i < width; i++) {
                whole[row * width + i] = (float) sums[i];
            }
        });
        return whole;
    }

    /**
     * The coefficients, on this table's basis, that come nearest to some rows.
     *
     * @param whole (rows, D)
     * @param target gets (rows, r)
     */
    void project(float[] whole, FloatBuffer target) {
        int width = text.width();
        Basis onto = Basis.given(basis, width);
        IntStream.range(0, whole.length / width).parallel().forEach(row -> {
            double[] values = new double[width];
            for (int i = 0; i < width; i++) {
                values[i] = whole[row * width + i];
            }
            double[] coefficients = new double[onto.rank()];
            onto.coefficients(values, coefficients);
            for (int k = 0; k < coefficients.length; k++) {
                target.put(row * coefficients.length + k, (float) coefficients[k]);
            }
        });
    }
}
