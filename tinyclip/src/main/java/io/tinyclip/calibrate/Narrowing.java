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
import java.nio.FloatBuffer;
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
    Narrowing(Layout layout, boolean image, FloatVector vector, Calibration calibration) {
        this.layout = layout;
        this.image = image;
        this.tower = image ? layout.shape().vision() : layout.shape().text();
        this.vector = vector;
        this.wide = tower.width();
        this.norms = Norm.of(layout, image);
        norms.forEach(norm -> seen.add(calibration.normalised(norm, vector)));
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

    /** Writes the tower with fewer channels into another vector of the layout. */
    void write(double[][] components, int width, FloatVector target) {
        double[][] basis = basis(components, width);
        double[][] spread = Cosines.of(width);
        double[][] mixture = Matrix.product(spread, basis);
        writers(mixture, target);
        for (int i = 0; i < norms.size(); i++) {
            if (image && i == 0) {
                stem(mixture, target);
            } else {
                reader(norms.get(i), seen.get(i), basis, spread, target);
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
    private void writers(double[][] mixture, FloatVector target) {
        for (int i = 0; i < tower.layers().size(); i++) {
            String name = tower.prefix() + "transformer.resblocks." + i + ".";
            for (String map : List.of("attn.out_proj.", "mlp.c_proj.")) {
                layout.find(name + map + "weight").ifPresent(it -> columns(mixture, it, target));
                columns(mixture, layout.segment(name + map + "bias"), target);
            }
        }
        if (!image) {
            rows(mixture, layout.find(TokenRows.BASIS).orElse(layout.segment(TokenRows.TABLE)), target);
            rows(mixture, layout.segment("positional_embedding"), target);
        }
    }

    /**
     * The embeddings' norm makes g x^ + b of them, x^ being of one length; P (g x^) comes of P g (e - mean) by a norm whose gain is the
     * length that this has on average.
     */
    private void stem(double[][] mixture, FloatVector target) {
        Norm norm = norms.get(0);
        double[] gain = values(norm.weight());
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
        columns(stem, layout.segment("visual.conv1.weight"), target);
        rows(stem, layout.segment("visual.class_embedding"), target);
        rows(stem, layout.segment("visual.positional_embedding"), target);
        fill(norm.weight(), stem.length, StrictMath.sqrt(squared(seen.get(0), stem) / wide), target);
        columns(mixture, norm.bias(), target);
    }

    private void reader(Norm norm, Moments moments, double[][] basis, double[][] spread, FloatVector target) {
        int width = spread.length;
        double scale = StrictMath.sqrt(squared(moments, basis) / width);
        Reconstruction back = Reconstruction.of(moments, basis);
        double[] gain = values(norm.weight());
        double[] shift = values(norm.bias());
        double[][] read = Matrix.product(spread, back.factors());
        for (double[] row : read) {
            for (int k = 0; k < wide; k++) {
                row[k] *= gain[k] * scale;
            }
        }
        for (int k = 0; k < wide; k++) {
            shift[k] += gain[k] * back.offset()[k];
        }
        fill(norm.weight(), width, StrictMath.sqrt((double) width / wide), target);
        fill(norm.bias(), width, norm.reader().isPresent() ? 0 : 1, target);
        if (norm.reader().isPresent()) {
            linear(norm.reader().get(), norm.readerBias().orElseThrow(), read, shift, target);
        } else {
            projection(layout.segment(image ? "visual.proj" : "text_projection"), read, shift, target);
        }
    }

    /** W (n, D) becomes W read', its bias takes W shift in. */
    private void linear(Segment weight, Segment bias, double[][] read, double[] shift, FloatVector target) {
        rows(read, weight, target);
        FloatBuffer from = vector.floats();
        FloatBuffer to = target.floats();
        for (int row = 0; row < bias.count(); row++) {
            double sum = from.get(bias.offset() + row);
            for (int k = 0; k < wide; k++) {
                sum += from.get(weight.offset() + row * wide + k) * shift[k];
            }
            to.put(bias.offset() + row, (float) sum);
        }
    }

    /** The projection (D, E) has no bias: what would be one comes by a norm's bias of 1, which the mean of the channels carries. */
    private void projection(Segment weight, double[][] read, double[] shift, FloatVector target) {
        columns(read, weight, target);
        int embedding = weight.count() / wide;
        FloatBuffer from = vector.floats();
        FloatBuffer to = target.floats();
        for (int column = 0; column < embedding; column++) {
            double sum = 0;
            for (int k = 0; k < wide; k++) {
                sum += from.get(weight.offset() + k * embedding + column) * shift[k];
            }
            for (int row = 0; row < read.length; row++) {
                int at = weight.offset() + row * embedding + column;
                to.put(at, (float) (to.get(at) + sum / read.length));
            }
        }
    }

    /** The mean of the squared length of what rows make of x. */
    private double squared(Moments moments, double[][] rows) {
        double[] covariance = moments.covariance();
        double[] mean = moments.mean();
        return IntStream.range(0, rows.length)
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
                .boxed()
                .toList()
                .stream()
                .mapToDouble(it -> it)
                .reduce(0, Double::sum);
    }

    /** A tensor (n, D) becomes (n, D) matrix', whose last columns are zero. @param matrix (w, D) */
    private void rows(double[][] matrix, Segment segment, FloatVector target) {
        FloatBuffer from = vector.floats();
        FloatBuffer to = target.floats();
        IntStream.range(0, segment.count() / wide).parallel().forEach(row -> {
            int start = segment.offset() + row * wide;
            for (int i = 0; i < wide; i++) {
                double sum = 0;
                for (int k = 0; i < matrix.length && k < wide; k++) {
                    sum += matrix[i][k] * from.get(start + k);
                }
                to.put(start + i, (float) sum);
            }
        });
    }

    /** A tensor (D, n) becomes matrix (D, n), whose last rows are zero. @param matrix (w, D) */
    private void columns(double[][] matrix, Segment segment, FloatVector target) {
        int count = segment.count() / wide;
        double[][] before = new double[wide][count];
        FloatBuffer from = vector.floats();
        for (int i = 0; i < segment.count(); i++) {
            before[i / count][i % count] = from.get(segment.offset() + i);
        }
        double[][] after = Matrix.product(matrix, before);
        FloatBuffer to = target.floats();
        for (int i = 0; i < segment.count(); i++) {
            to.put(segment.offset() + i, i / count < after.length ? (float) after[i / count][i % count] : 0);
        }
    }

    private double[] values(Segment segment) {
        double[] values = new double[segment.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = vector.get(segment.offset() + i);
        }
        return values;
    }

    private static void fill(Segment segment, int width, double value, FloatVector target) {
        for (int i = 0; i < segment.count(); i++) {
            target.floats().put(segment.offset() + i, i < width ? (float) value : 0);
        }
    }

    /** Gains for norms that divide by the width that is left. */
    void settle(int width, FloatVector target) {
        double factor = StrictMath.sqrt((double) wide / width);
        for (Norm norm : norms) {
            for (int i = norm.weight().offset(); i < norm.weight().offset() + width; i++) {
                target.floats().put(i, (float) (target.get(i) * factor));
            }
        }
    }
}
