package io.tinyclip.squares;

/** First and second moments of the inputs x (n channels) of a linear map that were seen so far, summed in double precision. */
public final class Moments {
    private final int channels;
    private final double[] gram;
    private final double[] sums;
    private long rows;

    /**
     * Nothing seen yet.
     *
     * @param channels n
     */
    public Moments(int channels) {
        if (channels < 1) {
            throw new IllegalArgumentException("moments of [" + channels + "] channels; at least 1");
        }
        this.channels = channels;
        gram = new double[Math.multiplyExact(channels, channels)];
        sums = new double[channels];
    }

    /**
     * Takes in some rows.
     *
     * @param gram (n, n): the sum of x x' over the rows
     * @param sums (n): the sum of x
     * @param rows how many
     */
    public void add(float[] gram, float[] sums, long rows) {
        if (gram.length != this.gram.length || sums.length != channels || rows < 0) {
            throw new IllegalArgumentException(
                    "moments [" + gram.length + "], [" + sums.length + "] of [" + rows + "] rows; of [" + channels
                            + "] channels there are [" + this.gram.length + "] and [" + channels + "]");
        }
        for (int i = 0; i < gram.length; i++) {
            this.gram[i] += gram[i];
        }
        for (int i = 0; i < sums.length; i++) {
            this.sums[i] += sums[i];
        }
        this.rows += rows;
    }

    /** n. */
    public int channels() {
        return channels;
    }

    /** How many rows were seen. */
    public long rows() {
        return rows;
    }

    /**
     * The mean of x.
     *
     * @return (n)
     */
    public double[] mean() {
        requireRows();
        double[] mean = new double[channels];
        for (int i = 0; i < channels; i++) {
            mean[i] = sums[i] / rows;
        }
        return mean;
    }

    /**
     * The mean of x x' less that of x times its transpose.
     *
     * @return (n, n), row by row
     */
    public double[] covariance() {
        double[] mean = mean();
        double[] covariance = new double[gram.length];
        for (int i = 0; i < gram.length; i++) {
            covariance[i] = gram[i] / rows - mean[i / channels] * mean[i % channels];
        }
        return covariance;
    }

    private void requireRows() {
        if (rows <= 0) {
            throw new IllegalArgumentException("moments of [" + rows + "] rows have no mean; add at least 1");
        }
    }
}
