package io.tinyclip.files;

import io.tinyclip.files.tensors.TensorFile;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Fills a model's vector from named tensors. Names, shapes and types are all compared before the vector is allocated, so
 * that a wrong config cannot ask for too much memory.
 */
public final class ModelVector {
    /** How names of variances end, of which a normalisation takes the root. */
    private static final String VARIANCE = ".running_var";

    private ModelVector() {}

    /**
     * The layout of a whole model.
     *
     * @param by what describes the shape, for messages
     * @throws InvalidInputException if it has more parameters than {@link FloatVector#LARGEST}
     */
    public static Layout layout(ModelShape shape, String by) {
        try {
            Layout layout = Model.layoutOf(shape);
            if (layout.size() > FloatVector.LARGEST) {
                throw new InvalidInputException(tooLarge(by, "[" + layout.size() + "]"));
            }
            return layout;
        } catch (ArithmeticException e) {
            throw new InvalidInputException(tooLarge(by, "2^31 or more"), e);
        }
    }

    private static String tooLarge(String by, String found) {
        return "[" + by + "]: the model must have at most " + FloatVector.LARGEST + " parameters, found " + found
                + "; take a smaller one";
    }

    /**
     * Reads all tensors of a layout, and requires that there are no others.
     *
     * @param tensors under the layout's names
     * @param by what describes the layout, for messages
     * @return (P of layout,)
     * @throws InvalidInputException naming file and tensor, what is expected and what is found, if a tensor is missing,
     *     superfluous, of another shape, not of floats, or holds a value that is not finite, or a variance
     *     below 0
     */
    public static FloatVector read(TensorFile tensors, Layout layout, String by) {
        requireSameTensors(tensors, layout, by);
        FloatVector vector = FloatVector.allocate(layout.size());
        for (Segment segment : layout.segments()) {
            tensors.read(
                    segment.name(), vector.floats().position(segment.offset()).limit(segment.end()));
            requireUsable(tensors, segment, vector);
        }
        return vector;
    }

    private static void requireSameTensors(TensorFile tensors, Layout layout, String by) {
        Set<String> superfluous = new HashSet<>(tensors.names());
        for (Segment segment : layout.segments()) {
            String name = segment.name();
            List<Long> expected =
                    segment.shape().stream().map(Integer::longValue).toList();
            if (!superfluous.remove(name)) {
                throw invalid(
                        tensors, name, "expected shape " + expected + " by " + by + ", but it is not in the file");
            }
            if (!tensors.shape(name).equals(expected)) {
                throw invalid(
                        tensors, name, "expected shape " + expected + " by " + by + ", found " + tensors.shape(name));
            }
            if (!tensors.isFloat(name)) {
                throw invalid(tensors, name, "expected F32, F16, BF16 or F64, found " + tensors.type(name));
            }
        }
        if (!superfluous.isEmpty()) {
            throw invalid(tensors, Collections.min(superfluous), "is no part of the model that " + by + " describes");
        }
    }

    private static void requireUsable(TensorFile tensors, Segment segment, FloatVector vector) {
        boolean variance = segment.name().endsWith(VARIANCE);
        for (int i = segment.offset(); i < segment.end(); i++) {
            if (!Float.isFinite(vector.get(i)) || variance && vector.get(i) < 0) {
                throw invalid(
                        tensors,
                        segment.name(),
                        "value [" + vector.get(i) + "] at " + (i - segment.offset()) + " must be finite"
                                + (variance ? " and not negative" : ""));
            }
        }
    }

    private static InvalidInputException invalid(TensorFile tensors, String name, String what) {
        return new InvalidInputException("[" + tensors.where() + " tensor " + tensors.nameInFile(name) + "]: " + what);
    }
}
