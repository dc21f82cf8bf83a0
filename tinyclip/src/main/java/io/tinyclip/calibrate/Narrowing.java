package io.tinyclip.calibrate;

import io.tinyclip.inherit.TableMap;
import io.tinyclip.lowrank.Eigen;
import io.tinyclip.lowrank.Matrix;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.Tower;
import io.tinyclip.squares.Moments;
import io.tinyclip.squares.Reconstruction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A tower whose residual stream becomes narrower: its channels are mixed so that the first principal components of the stream stay
 * (SliceGPT: Ashkboos et al., ICLR 2024), and what writes and reads it is multiplied by that mixture, so that plain weights are left.
 *
 * <p>The stream x (D) becomes y = P x (w), with P = H U: the rows of U (w - 1, D) are components, those of H (w, w - 1) sum to zero
 * in each column, so that y has no mean, as a layer norm takes it away. A norm makes of y the coordinates of what it made of x, but for a
 * scale; what read the norm reads what least squares tell of that by these coordinates. Gains and biases go into who reads.
 *
 * <p>The narrow tower lies in the layout of the wide one: in its first w channels, all others are zero. Norms there divide by D where
 * a tower of w channels divides by w; gains make up for it until {@link #settle}.
 */
final class Narrowing {
    private final Layout layout;
    private final boolean image;
    private final Tower tower;
    private final FloatVector vector;
    private final List<Norm> norms;
    private final List<Moments> seen = new ArrayList<>();
    private final int wide;

    /**
     * Looks at the tower.
     *
     * @param vector (P,) of the layout; stays as it is
     */
    Narrowing(Layout layout, boolean image, FloatVector vector, Trials trials) {
        this.layout = layout;
        this.image = image;
        this.tower = image ? layout.shape().vision() : layout.shape().text();
        this.vector = vector;
        this.wide = tower.width();
        this.norms = Norm.of(layout, image);
        for (Norm norm : norms) {
            trials.ask();
            seen.add(trials.calibration().normalised(norm, vector));
        }
    }

    /**
     * Directions of the stream by how much of what norms make of it lies along them, the most first. Norms count alike, but for the
     * first that reads it: before it, embeddings are all there is, which need more directions than the sums behind them.
     *
     * @param first what that one counts for
     * @return (D, D), orthonormal rows
     */
    double[][] components(double first) {
        double[][] sum = new double[wide][wide];
        int reading = image ? 1 : 0;
        for (int i = reading; i < norms.size(); i++) {
            double weight = i == reading ? first : 1;
            Moments moments = seen.get(i);
            double[] covariance = moments.covariance();
            double[] mean = moments.mean();
            for (int row = 0; row < wide; row++) {
                for (int k = 0; k < wide; k++) {
                    sum[row][k] += weight * (covariance[row * wide + k] + mean[row] * mean[k]);
                }
            }
        }
        return Eigen.of(sum).vectors();
    }

    /**
     * Writes the tower with fewer channels into another vector of the layout.
     *
     * @param components (D, D) from {@link #components}
     * @param width w, below D
     * @param target (P,)
     */
    void write(double[][] components, int width, FloatVector target) {
        double[][] basis = basis(components, width);
        double[][] spread = Cosines.of(width);
        double[][] mixture = Matrix.product(spread, basis);
        MixedTensors tensors = new MixedTensors(wide, vector, target);
        writers(mixture, tensors);
        IntStream.range(0, norms.size()).parallel().forEach(i -> {
            if (image && i == 0) {
                stem(mixture, tensors);
            } else {
                reader(i, basis, spread, tensors);
            }
        });
    }

    /**
     * Gains for norms that divide by the width that is left.
     *
     * @param width w, that was written
     * @param target (P,)
     */
    void settle(int width, FloatVector target) {
        double factor = StrictMath.sqrt((double) wide / width);
        for (Norm norm : norms) {
            for (int i = norm.weight().offset(); i < norm.weight().offset() + width; i++) {
                target.floats().put(i, (float) (target.get(i) * factor));
            }
        }
    }

    /** What rows of a token table become. */
    TableMap table(double[][] components, int width) {
        double[][] mixture = Matrix.product(Cosines.of(width), basis(components, width));
        float[] values = new float[wide * width];
        for (int i = 0; i < wide; i++) {
            for (int k = 0; k < width; k++) {
                values[i * width + k] = (float) mixture[k][i];
            }
        }
        return new TableMap(wide, width, values);
    }

    private double[][] basis(double[][] components, int width) {
        double[][] basis = new double[width - 1][];
        for (int i = 0; i < basis.length; i++) {
            double mean = Arrays.stream(components[i]).sum() / wide;
            basis[i] = Arrays.stream(components[i]).map(it -> it - mean).toArray();
        }
        return basis;
    }

    /** Everything that adds to the stream, but for an image tower's embeddings, which a norm stands behind. */
    private void writers(double[][] mixture, MixedTensors tensors) {
        for (int i = 0; i < tower.layers().size(); i++) {
            String name = tower.prefix() + "transformer.resblocks." + i + ".";
            for (String map : List.of("attn.out_proj.", "mlp.c_proj.")) {
                layout.find(name + map + "weight").ifPresent(it -> tensors.columns(mixture, it));
                tensors.columns(mixture, layout.segment(name + map + "bias"));
            }
        }
        if (!image) {
            tensors.rows(mixture, layout.find(TokenRows.BASIS).orElseGet(() -> layout.segment(TokenRows.TABLE)));
            tensors.rows(mixture, layout.segment("positional_embedding"));
        }
    }

    /**
     * The embeddings' norm makes g x^ + b of them, x^ being of one length; P (g x^) comes of P g (e - mean) by a norm whose gain is the
     * length that this has on average.
     */
    private void stem(double[][] mixture, MixedTensors tensors) {
        Norm norm = norms.get(0);
        double[] gain = tensors.values(norm.weight());
        double[][] stem = new double[mixture.length][];
        for (int i = 0; i < stem.length; i++) {
            double[] row = mixture[i].clone();
            double mean = 0;
            for (int k = 0; k < wide; k++) {
                row[k] *= gain[k];
                mean += row[k] / wide;
            }
            for (int k = 0; k < wide; k++) {
                row[k] -= mean;
            }
            stem[i] = row;
        }
        tensors.columns(stem, layout.segment("visual.conv1.weight"));
        tensors.rows(stem, layout.segment("visual.class_embedding"));
        tensors.rows(stem, layout.segment("visual.positional_embedding"));
        tensors.fill(norm.weight(), stem.length, StrictMath.sqrt(squared(seen.get(0), stem) / wide));
        tensors.columns(mixture, norm.bias());
    }

    private void reader(int at, double[][] basis, double[][] spread, MixedTensors tensors) {
        Norm norm = norms.get(at);
        int width = spread.length;
        double scale = StrictMath.sqrt(squared(seen.get(at), basis) / width);
        Reconstruction back = Reconstruction.of(seen.get(at), basis);
        double[] gain = tensors.values(norm.weight());
        double[] shift = tensors.values(norm.bias());
        double[][] read = Matrix.product(spread, back.factors());
        for (double[] row : read) {
            for (int k = 0; k < wide; k++) {
                row[k] *= gain[k] * scale;
            }
        }
        for (int k = 0; k < wide; k++) {
            shift[k] += gain[k] * back.offset()[k];
        }
        tensors.fill(norm.weight(), width, StrictMath.sqrt((double) width / wide));
        if (norm.reader().isPresent()) {
            tensors.fill(norm.bias(), width, 0);
            tensors.rows(read, norm.reader().get());
            tensors.shift(norm.reader().get(), norm.readerBias().orElseThrow(), shift);
        } else {
            // The projection has no bias: what would be one comes by a norm's bias of 1, which channels carry in their
            // mean.
            tensors.fill(norm.bias(), width, 1);
            Segment projection = layout.segment(image ? "visual.proj" : "text_projection");
            tensors.columns(read, projection);
            tensors.raise(projection, width, shift);
        }
    }

    /** The mean of the squared length of what rows make of x. */
    private double squared(Moments moments, double[][] rows) {
        double[] covariance = moments.covariance();
        double[] mean = moments.mean();
        double[] squares = IntStream.range(0, rows.length)
                .parallel()
                .mapToDouble(i -> {
                    double sum = 0;
                    double along = 0;
                    for (int row = 0; row < wide; row++) {
                        double inner = 0;
                        for (int k = 0; k < wide; k++) {
                            inner += covariance[row * wide + k] * rows[i][k];
                        }
                        sum += rows[i][row] * inner;
                        along += rows[i][row] * mean[row];
                    }
                    return sum + along * along;
                })
                .toArray();
        return Arrays.stream(squares).reduce(0, Double::sum);
    }
}
