package io.tinyclip.calibrate;

/** The cosine transform without its constant: orthonormal columns, each of which sums to zero. */
final class Cosines {
    private Cosines() {}

    /**
     * The columns of a width.
     *
     * @return (w, w - 1)
     */
    static double[][] of(int width) {
        double[][] columns = new double[width][width - 1];
        double scale = StrictMath.sqrt(2.0 / width);
        for (int i = 0; i < width; i++) {
            for (int k = 0; k < width - 1; k++) {
                columns[i][k] = scale * StrictMath.cos(StrictMath.PI * (i + 0.5) * (k + 1) / width);
            }
        }
        return columns;
    }
}
