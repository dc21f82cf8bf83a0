package io.tinyclip.kernel;

import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.model.Layout;
import java.util.List;
import java.util.stream.Stream;

/**
 * The forward and backward of a model of one layout, compiled by libtorch. Pure functions, safe to call by several
 * threads at once. The tensors returned are of the scope of what was embedded, not of that of the weights, which outlive
 * it.
 *
 * <p>A residual network's batch norms take the moments of the partition in {@link #student}, {@link #hold} and {@link
 * #gradient}, and the vector's running statistics in {@link #encode}, {@link #image} and {@link #text}. No call changes
 * the vector: a partition's moments, times a cotangent of their own, come out of {@link #pullback} and {@link #gradient}
 * in the places of the running statistics.
 *
 * <p>Legend: B batch, L tokens, S image size, E embedding, P floats of the layout.
 */
public final class ClipKernel {
    private final Script script;

    private ClipKernel(Script script) {
        this.script = script;
    }

    /** Compiles the kernel; it lives as long as the scope. */
    public static ClipKernel compile(TensorScope scope, Layout layout, Precision precision) {
        return compile(scope, layout, precision, scope.isGpu());
    }

    /** @param gpu whether it is written as for a GPU, see {@link KernelSource#of} */
    public static ClipKernel compile(TensorScope scope, Layout layout, Precision precision, boolean gpu) {
        return new ClipKernel(ScriptArchive.compile(scope, KernelSource.of(layout, precision, gpu)));
    }

    /**
     * What a forward takes.
     *
     * @param weights (P)
     * @param pixels (B, 3, S, S)
     * @param tokens (B, L) int64, rows of the token table
     * @param ends (B) int64, place of each text's end token
     * @param noise (mask segment) uniform noise, or an empty tensor where nothing is masked
     */
    public record Batch(Tensor weights, Tensor pixels, Tensor tokens, Tensor ends, Tensor noise) {
        private Tensor[] all(Tensor... further) {
            return Stream.concat(Stream.of(weights, pixels, tokens, ends, noise), Stream.of(further))
                    .toArray(Tensor[]::new);
        }
    }

    /**
     * A forward whose graph is kept.
     *
     * @param tensors leaf (P), image and text (B, E), and a residual network's moments
     */
    public record Held(List<Tensor> tensors) {
        public Tensor image() {
            return tensors.get(1);
        }

        public Tensor text() {
            return tensors.get(2);
        }
    }

    /** Embeddings, each (B, E) of unit length. */
    public record Embeddings(Tensor image, Tensor text) {}

    /** Forward without a graph, masks drawn from the noise. */
    public Embeddings student(Batch batch) {
        return embeddings("student", batch);
    }

    /** Forward without a graph; {@code noise} holds the mask values themselves. */
    public Embeddings encode(Batch batch) {
        return embeddings("encode", batch);
    }

    private Embeddings embeddings(String method, Batch batch) {
        List<Tensor> out = script.call(batch.pixels.scope(), method, batch.all());
        return new Embeddings(out.get(0), out.get(1));
    }

    /**
     * The image tower alone, unmasked.
     *
     * @param pixels (B, 3, S, S)
     * @return (B, E)
     */
    public Tensor image(Tensor weights, Tensor pixels) {
        return script.call(pixels.scope(), "encode_image", weights, pixels).get(0);
    }

    /**
     * The text tower alone, unmasked.
     *
     * @param tokens (B, L)
     * @param ends (B)
     * @return (B, E)
     */
    public Tensor text(Tensor weights, Tensor tokens, Tensor ends) {
        return script.call(tokens.scope(), "encode_text", weights, tokens, ends).get(0);
    }

    /** Forward that keeps its graph for {@link #pullback}. */
    public Held hold(Batch batch) {
        return new Held(script.differentiate(batch.pixels.scope(), "hold", batch.all()));
    }

    /**
     * The gradient (P) of {@code <image, dImage> + <text, dText>}, and a residual network's moments times a number.
     *
     * @param cotangents dImage, dText (B, E), and for a residual network that number
     */
    public Tensor pullback(Held held, Tensor... cotangents) {
        Tensor[] in =
                Stream.concat(held.tensors.stream(), Stream.of(cotangents)).toArray(Tensor[]::new);
        return script.differentiate(held.image().scope(), "pullback", in).get(0);
    }

    /** The same bits as {@link #hold} and {@link #pullback}, with a second forward instead of a kept graph. */
    public Tensor gradient(Batch batch, Tensor... cotangents) {
        return script.differentiate(batch.pixels.scope(), "gradient", batch.all(cotangents))
                .get(0);
    }
}
