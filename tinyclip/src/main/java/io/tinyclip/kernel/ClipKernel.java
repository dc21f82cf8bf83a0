package io.tinyclip.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Torch;
import io.tinyclip.model.Layout;
import java.util.List;

/**
 * The forward and backward of a model of one layout, compiled by libtorch. Pure functions, safe to call by several
 * threads at once. The arrays returned attach to the manager of what was embedded, not to that of the weights, which
 * outlive it.
 *
 * <p>A residual network's batch norms take the moments of the partition in {@link #student}, {@link #hold} and {@link
 * #gradient}, and the vector's running statistics in {@link #encode}, {@link #image} and {@link #text}. No call changes
 * the vector: a partition's moments, times a cotangent of their own, come out of {@link #pullback} and {@link #gradient}
 * in the places of the running statistics.
 *
 * <p>Legend: B batch, L tokens, S image size, E embedding, P floats of the layout.
 */
public final class ClipKernel {
    private final PtSymbolBlock block;

    private ClipKernel(PtSymbolBlock block) {
        this.block = block;
    }

    /** Compiles the kernel; it lives as long as the manager. */
    public static ClipKernel compile(NDManager manager, Layout layout, Precision precision) {
        return compile(manager, layout, precision, manager.getDevice().isGpu());
    }

    /** @param unfolds whether convolutions are products, see {@link KernelSource#of} */
    public static ClipKernel compile(NDManager manager, Layout layout, Precision precision, boolean unfolds) {
        return new ClipKernel(ScriptArchive.compile(manager, KernelSource.of(layout, precision, unfolds)));
    }

    /**
     * What a forward takes.
     *
     * @param weights (P)
     * @param pixels (B, 3, S, S)
     * @param tokens (B, L) int64, rows of the token table
     * @param ends (B) int64, place of each text's end token
     * @param noise (mask segment) uniform noise, or an empty array where nothing is masked
     */
    public record Batch(NDArray weights, NDArray pixels, NDArray tokens, NDArray ends, NDArray noise) {
        private NDList of(String method) {
            return new NDList(ScriptArchive.method(pixels, method), weights, pixels, tokens, ends, noise);
        }
    }

    /**
     * A forward whose graph is kept.
     *
     * @param arrays leaf (P), image and text (B, E), and a residual network's moments
     */
    public record Held(NDList arrays) {
        public NDArray image() {
            return arrays.get(1);
        }

        public NDArray text() {
            return arrays.get(2);
        }
    }

    /** Embeddings, each (B, E) of unit length. */
    public record Embeddings(NDArray image, NDArray text) {}

    /** Forward without a graph, masks drawn from the noise. */
    public Embeddings student(Batch batch) {
        return embeddings("student", batch);
    }

    /** Forward without a graph; {@code noise} holds the mask values themselves. */
    public Embeddings encode(Batch batch) {
        return embeddings("encode", batch);
    }

    private Embeddings embeddings(String method, Batch batch) {
        Torch.gradients(false);
        NDList out = IValueUtils.forward(block, batch.of(method), false);
        return new Embeddings(out.get(0), out.get(1));
    }

    /**
     * The image tower alone, unmasked.
     *
     * @param pixels (B, 3, S, S)
     * @return (B, E)
     */
    public NDArray image(NDArray weights, NDArray pixels) {
        Torch.gradients(false);
        return IValueUtils.forward(
                        block, new NDList(ScriptArchive.method(pixels, "encode_image"), weights, pixels), false)
                .head();
    }

    /**
     * The text tower alone, unmasked.
     *
     * @param tokens (B, L)
     * @param ends (B)
     * @return (B, E)
     */
    public NDArray text(NDArray weights, NDArray tokens, NDArray ends) {
        Torch.gradients(false);
        return IValueUtils.forward(
                        block, new NDList(ScriptArchive.method(tokens, "encode_text"), weights, tokens, ends), false)
                .head();
    }

    /** Forward that keeps its graph for {@link #pullback}. */
    public Held hold(Batch batch) {
        Torch.gradients(true);
        return new Held(IValueUtils.forward(block, batch.of("hold"), true));
    }

    /**
     * The gradient (P) of {@code <image, dImage> + <text, dText>}, and a residual network's moments times a number.
     *
     * @param cotangents dImage, dText (B, E), and for a residual network that number
     */
    public NDArray pullback(Held held, NDArray... cotangents) {
        Torch.gradients(true);
        NDList in = new NDList(ScriptArchive.method(held.image(), "pullback"));
        in.addAll(held.arrays);
        in.addAll(List.of(cotangents));
        return IValueUtils.forward(block, in, true).head();
    }

    /** The same bits as {@link #hold} and {@link #pullback}, with a second forward instead of a kept graph. */
    public NDArray gradient(Batch batch, NDArray... cotangents) {
        Torch.gradients(true);
        NDList in = batch.of("gradient");
        in.addAll(List.of(cotangents));
        return IValueUtils.forward(block, in, true).head();
    }
}
