package io.tinyclip.formats.onnx;

import io.tinyclip.files.Model;
import io.tinyclip.files.tensors.Float16;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TokenRows;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Set;

/** A model's weights in fewer bits, and what these stand for. */
public final class RoundedWeights {
    /** The largest whole number that stands for a weight; the smallest is its negative, so that zero is exact. */
    static final int LARGEST = 127;

    /** Matrices whose outputs are columns. */
    private static final Set<String> BY_COLUMN = Set.of("visual.proj", "text_projection", TokenRows.BASIS);

    private static final String POSITIONS = "positional_embedding";

    private RoundedWeights() {}

    /**
     * A matrix in whole numbers.
     *
     * @param numbers from minus {@link #LARGEST} on, as the model has the matrix
     * @param scales of each output: a weight is its number times this
     */
    record Whole(ByteBuffer numbers, float[] scales) {}

    /** Whether whole numbers stand for a tensor: for matrices, and not for what is only added. */
    static boolean isMatrix(Segment segment) {
        return segment.shape().size() > 1 && !segment.name().endsWith(POSITIONS);
    }

    /** Whether a matrix has its outputs as columns, and not as rows. */
    static boolean isByColumn(Segment segment) {
        return BY_COLUMN.contains(segment.name());
    }

    /**
     * The nearest whole numbers, each output by its own largest weight.
     *
     * @throws InvalidInputException if a weight is not finite
     */
    static Whole whole(Model model, Segment segment) {
        FloatBuffer weights = model.vector().floats().slice(segment.offset(), segment.count());
        int outputs = segment.shape().get(isByColumn(segment) ? 1 : 0);
        float[] scales = scales(segment, weights, outputs);
        ByteBuffer numbers = bytes(segment.count());
        for (int i = 0; i < segment.count(); i++) {
            float scale = scales[output(segment, i, outputs)];
            // A scale that is subnormal is rounded so much that the largest weight may be beyond it.
            double number = scale == 0 ? 0 : Math.rint(weights.get(i) / scale);
            numbers.put(i, (byte) Math.max(-LARGEST, Math.min(LARGEST, number)));
        }
        return new Whole(numbers, scales);
    }

    private static float[] scales(Segment segment, FloatBuffer weights, int outputs) {
        float[] scales = new float[outputs];
        for (int i = 0; i < segment.count(); i++) {
            int output = output(segment, i, outputs);
            if (!Float.isFinite(weights.get(i))) {
                throw new InvalidInputException("tensor [" + segment.name() + "] cannot be written as int8: value ["
                        + weights.get(i) + "] at " + i + " is no number that can be rounded; train the model anew");
            }
            scales[output] = Math.max(scales[output], Math.abs(weights.get(i)));
        }
        for (int output = 0; output < outputs; output++) {
            scales[output] /= LARGEST;
        }
        return scales;
    }

    private static int output(Segment segment, int index, int outputs) {
        return isByColumn(segment) ? index % outputs : index / (segment.count() / outputs);
    }

    /**
     * A tensor in half precision.
     *
     * @throws InvalidInputException if a weight is beyond its range
     */
    static ByteBuffer halves(Model model, Segment segment) {
        ByteBuffer halves = bytes(segment.count() * Short.BYTES);
        for (int i = 0; i < segment.count(); i++) {
            float value = model.vector().get(segment.offset() + i);
            short half = Float16.fromFloat(value);
            if (!Float.isFinite(Float16.toFloat(half))) {
                throw new InvalidInputException("tensor [" + segment.name() + "] cannot be written as fp16: value ["
                        + value + "] at " + i + " is beyond its range; export as fp32");
            }
            halves.putShort(i * Short.BYTES, half);
        }
        return halves;
    }

    /** Little endian, outside the heap. */
    static ByteBuffer bytes(int count) {
        return FloatVector.allocate((count + Float.BYTES - 1) / Float.BYTES)
                .bytes()
                .limit(count);
    }

    /** The model that a file's weights stand for. What a runtime rounds besides, while it computes, is not in it. */
    public static Model of(Model model, OnnxWeights weights) {
        if (weights == OnnxWeights.FP32) {
            return model;
        }
        FloatVector rounded = FloatVector.allocate(model.vector().size());
        FloatBuffer to = rounded.floats();
        for (Segment segment : model.layout().segments()) {
            if (weights == OnnxWeights.FP16) {
                ByteBuffer halves = halves(model, segment);
                for (int i = 0; i < segment.count(); i++) {
                    to.put(segment.offset() + i, Float16.toFloat(halves.getShort(i * Short.BYTES)));
                }
            } else if (isMatrix(segment)) {
                Whole whole = whole(model, segment);
                for (int i = 0; i < segment.count(); i++) {
                    float scale = whole.scales[output(segment, i, whole.scales.length)];
                    to.put(segment.offset() + i, whole.numbers.get(i) * scale);
                }
            } else {
                to.put(segment.offset(), model.vector().floats(), segment.offset(), segment.count());
            }
        }
        return Model.of(model.shape(), rounded, model.preprocessing(), model.provenance())
                .withCut(model.cut());
    }
}
