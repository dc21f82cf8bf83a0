package io.tinyclip.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Torch;
import io.tinyclip.resource.Resource;
import java.util.List;

/**
 * The loss kernels; see {@code affinity.torchscript} for the formulas. B own pairs, N pairs of the global batch; a tile is R
 * images by C texts, of K models.
 */
public final class AffinityKernel {
    /** What models' embeddings are to be called, for the engine to take them as a list. */
    private static final String IMAGES = "image[]";

    private static final String TEXTS = "text[]";
    private static final String PARTS = "part[]";

    private final PtSymbolBlock block;

    private AffinityKernel(PtSymbolBlock block) {
        this.block = block;
    }

    public static AffinityKernel compile(NDManager manager) {
        return new AffinityKernel(
                ScriptArchive.compile(manager, Resource.text(AffinityKernel.class, "affinity.torchscript")));
    }

    /** A model's embeddings: of the own pairs (B, E), of all pairs (N, E). */
    record Features(NDArray ownImage, NDArray ownText, NDArray allImage, NDArray allText) {}

    /** Log-sum-exps of each model's rows (K, R) and columns (K, C). */
    record Sums(NDArray rows, NDArray columns) {}

    /** Who is whose positive: (R) and (C) identities, and how many positives each has. */
    record Targets(NDArray own, NDArray all, NDArray ownCounts, NDArray allCounts) {}

    /** Of a tile: (R, C) by the student's logits, without logit scale; loss, entropy, d logit scale of rows (3, R). Times 2N. */
    record Gradient(NDArray logits, NDArray sums) {}

    /** Cotangents (B, E) each, and (3) loss, entropy, d logit scale. */
    public record Result(NDArray dImage, NDArray dText, NDArray sums) {
        /** This, or its product with the weight as new arrays beside it. */
        Result times(double weight) {
            return weight == 1 ? this : new Result(dImage.mul(weight), dText.mul(weight), sums.mul(weight));
        }

        /** The sum, as new arrays beside this. */
        Result plus(Result other) {
            return new Result(dImage.add(other.dImage), dText.add(other.dText), sums.add(other.sums));
        }
    }

    /** The same array under the name that {@link #tile} wants. */
    static NDArray asImage(NDArray array) {
        array.setName(IMAGES);
        return array;
    }

    /** The same array under the name that {@link #tile} wants. */
    static NDArray asText(NDArray array) {
        array.setName(TEXTS);
        return array;
    }

    /**
     * @param scales (K); gets the result beside it
     * @param images (R, E) of each model, {@link #asImage}
     * @param texts (C, E) of each model, {@link #asText}
     * @return (K, R, C) logits
     */
    NDArray tile(NDArray scales, List<NDArray> images, List<NDArray> texts) {
        NDList in = new NDList(scales);
        in.addAll(images);
        in.addAll(texts);
        return call("tile", in).head();
    }

    /** @param tile (K, R, C); gets the result beside it */
    Sums tileSums(NDArray tile) {
        NDList out = call("tile_sums", new NDList(tile));
        out.forEach(part -> part.setName(PARTS));
        return new Sums(out.get(0), out.get(1));
    }

    /** @param parts (K, R) each, of {@link #tileSums}. @return (K, R) beside the first */
    NDArray join(List<NDArray> parts) {
        return call("join", new NDList(parts)).head();
    }

    /**
     * @param tile (K, R, C), whose student's logits are overwritten; gets the result beside it
     * @param sums over all tiles
     * @param weights (K + 1) on the host: of the softmaxes, of each teacher's targets, of the positives
     * @param targets arrays (0) where nobody in the tile is another's positive
     */
    Gradient tileGradient(NDArray tile, Sums sums, NDArray weights, Targets targets) {
        NDList out = call(
                "tile_gradient",
                new NDList(
                        tile,
                        sums.rows,
                        sums.columns,
                        weights,
                        targets.own,
                        targets.all,
                        targets.ownCounts,
                        targets.allCounts));
        return new Gradient(out.get(0), out.get(1));
    }

    /** Adds a tile to its images' (R, E), and its sums to those (3, R). @param text (C, E) */
    void addRow(NDArray image, NDArray sums, Gradient tile, NDArray text) {
        call("add_row", new NDList(image, sums, tile.logits, text, tile.sums)).close();
    }

    /** Adds a tile to its texts' (C, E). @param image (R, E) */
    void addColumn(NDArray text, Gradient tile, NDArray image) {
        call("add_column", new NDList(text, tile.logits, image)).close();
    }

    /**
     * @param image (B, E) that rows of tiles were added to; gets the result beside it
     * @param text (B, E) that columns of tiles were added to
     * @param sums (3, B)
     * @param scale 0-d
     * @param pairs 0-d N
     */
    Result finish(NDArray image, NDArray text, NDArray sums, NDArray scale, NDArray pairs) {
        return result(call("finish", new NDList(image, text, sums, scale, pairs)));
    }

    /** How far the student's embeddings are from the teacher's. */
    Result features(Features student, Features teacher) {
        return result(call(
                "features",
                new NDList(student.ownImage, student.ownText, teacher.ownImage, teacher.ownText, student.allImage)));
    }

    /**
     * The student's own embeddings among the teacher's of the global batch, against the positives.
     *
     * @param scale 0-d
     */
    Result interactive(Features student, Features teacher, Targets targets, NDArray scale) {
        return result(call(
                "interactive",
                new NDList(
                        student.ownImage,
                        student.ownText,
                        teacher.allImage,
                        teacher.allText,
                        targets.own,
                        targets.all,
                        targets.ownCounts,
                        scale)));
    }

    private static Result result(NDList out) {
        return new Result(out.get(0), out.get(1), out.get(2));
    }

    /** Results attach to the first argument's manager. */
    private NDList call(String name, NDList arguments) {
        Torch.gradients(false);
        try (NDArray method = ScriptArchive.method(arguments.head(), name)) {
            NDList in = new NDList(arguments);
            in.add(method);
            return IValueUtils.forward(block, in, false);
        }
    }
}
