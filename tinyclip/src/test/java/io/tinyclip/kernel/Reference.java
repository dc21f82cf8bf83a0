package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.files.Model;
import io.tinyclip.files.Safetensors;
import io.tinyclip.formats.Models;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.model.Activation;
import io.tinyclip.model.Segment;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** A model that a library wrote and what the library computes with it; scripts/reference/models.py says how. */
public final class Reference implements AutoCloseable {
    private static final String FOLDER = "/io/tinyclip/models/";
    /** A bare state dict of a model with QuickGELU. */
    private static final String SILENT = "openclip-vit.pt";

    private final String name;
    private final Safetensors tensors;

    public Reference(String name) {
        this.name = name;
        this.tensors = Safetensors.open(path(name + ".reference.safetensors"));
    }

    /** The model as a user reads it, by path alone; where the file leaves its activation open, the user says it. */
    public Model read() {
        if (!name.equals(SILENT)) {
            return Models.read(path(name));
        }
        Activation activation =
                Activation.valueOf(tensors.metadata().get("activation").toUpperCase(Locale.ROOT));
        return Models.read(
                path(name), new ReadOptions(Optional.of(activation), OptionalInt.empty(), OptionalInt.empty()));
    }

    public List<String> names(String prefix) {
        return tensors.names().stream().filter(n -> n.startsWith(prefix)).toList();
    }

    public float[] values(String tensor) {
        return tensors.floats(tensor);
    }

    public Tensor array(TensorScope manager, String tensor) {
        return manager.floats(values(tensor), shape(tensor));
    }

    private long[] shape(String tensor) {
        return tensors.shape(tensor).stream().mapToLong(Long::longValue).toArray();
    }

    /** The library's inputs with the model's weights. */
    public ClipKernel.Batch batch(TensorScope manager, Model model) {
        return new ClipKernel.Batch(
                manager.floats(model.vector().toArray()),
                array(manager, "pixels"),
                whole(manager, "tokens"),
                whole(manager, "ends"),
                manager.floats(new float[0]));
    }

    /** Token ids and places, which are stored as floats. */
    private Tensor whole(TensorScope manager, String tensor) {
        float[] values = values(tensor);
        long[] whole = IntStream.range(0, values.length)
                .mapToLong(i -> (long) values[i])
                .toArray();
        return manager.longs(whole, shape(tensor));
    }

    /** Fails unless every value is within that part of the tensor's largest. */
    public void assertAgrees(String tensor, float[] actual, double tolerance) {
        assertClose(name + " " + tensor, values(tensor), actual, tolerance);
    }

    /**
     * Compares a weight's gradient, of which a large one is stored as evenly spaced values and its length.
     *
     * @param gradient (P)
     */
    public void assertGradientAgrees(String prefix, Segment weight, float[] gradient, double tolerance) {
        String tensor = prefix + "gradient." + weight.name();
        int stored = values(tensor).length;
        float[] spaced = new float[stored];
        for (int i = 0; i < stored; i++) {
            spaced[i] = gradient[weight.offset() + (int) ((long) i * weight.count() / stored)];
        }
        assertAgrees(tensor, spaced, tolerance);
        if (stored < weight.count()) {
            double squares = 0;
            for (int i = weight.offset(); i < weight.end(); i++) {
                squares += (double) gradient[i] * gradient[i];
            }
            assertAgrees(prefix + "length." + weight.name(), new float[] {(float) Math.sqrt(squares)}, tolerance);
        }
    }

    private static void assertClose(String what, float[] expected, float[] actual, double tolerance) {
        assertEquals(expected.length, actual.length, what);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs((double) expected[i] - actual[i]));
        }
        assertTrue(difference <= tolerance * largest, what + ": difference " + difference + " of " + largest);
    }

    @Override
    public void close() {
        tensors.close();
    }

    private static Path path(String file) {
        try {
            return Path.of(Reference.class.getResource(FOLDER + file).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
