package io.tinyclip.mask;

/**
 * The hard concrete distribution of a mask (Louizos, Welling and Kingma, "Learning sparse neural networks through
 * L0 regularization", ICLR 2018), in double and StrictMath: the same bits on every JVM.
 *
 * <p>A mask is a concrete variable on (0, 1), stretched to (a, b) and clamped to [0, 1], so that 0 and 1 themselves
 * have a probability while the gradient still reaches {@code logAlpha}.
 */
public final class HardConcrete {
    /** a, lower end of the stretched interval (L0 paper, section 4). */
    public static final double LOWER = -0.1;

    /** b, upper end of the stretched interval (L0 paper, section 4). */
    public static final double UPPER = 1.1;

    /** t, temperature (L0 paper, section 4). */
    public static final double TEMPERATURE = 2.0 / 3.0;

    /** Bound of the uniform noise away from 0 and 1 (TinyCLIP's code). */
    public static final double EPSILON = 1e-6;

    /** Where {@code logAlpha} starts: open, with a probability of 0.99999 (TinyCLIP's code). */
    public static final float START = 10;

    /** {@code logAlpha} is kept within this of 0 after each step (TinyCLIP's code). */
    public static final float BOUND = (float) StrictMath.log(100);

    /** Steepness of the soft mask of a cut (TinyCLIP's code). */
    private static final double SOFT_SLOPE = 0.8;

    /** -t ln(-a / b), about 1.5986. */
    private static final double OPEN_SHIFT = -TEMPERATURE * StrictMath.log(-LOWER / UPPER);

    private HardConcrete() {}

    /**
     * One mask drawn by the noise {@code u}.
     *
     * @param u in (0, 1)
     * @return in [0, 1]
     */
    public static double sample(double logAlpha, double u) {
        double logistic = StrictMath.log(u) - StrictMath.log(1 - u);
        double stretched = sigmoid((logistic + logAlpha) / TEMPERATURE) * (UPPER - LOWER) + LOWER;
        return Math.min(1, Math.max(0, stretched));
    }

    /** P(z != 0) = sigmoid(logAlpha - t ln(-a / b)). */
    public static double openProbability(double logAlpha) {
        return sigmoid(logAlpha + OPEN_SHIFT);
    }

    /** Derivative of {@link #openProbability} with respect to {@code logAlpha}. */
    public static double openProbabilitySlope(double logAlpha) {
        double open = openProbability(logAlpha);
        return open * (1 - open);
    }

    /** The mask without noise that a cut multiplies into the weights: sigmoid(0.8 logAlpha / t). */
    public static double soft(double logAlpha) {
        return sigmoid(SOFT_SLOPE * logAlpha / TEMPERATURE);
    }

    /** {@code logAlpha} moved to within {@link #BOUND} of 0. */
    public static float clamp(float logAlpha) {
        return Math.min(BOUND, Math.max(-BOUND, logAlpha));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }
}
