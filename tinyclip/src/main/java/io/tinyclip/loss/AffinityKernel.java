package io.tinyclip.loss;

import io.tinyclip.engine.Argument;
import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.resource.Resource;
import java.util.List;
import java.util.stream.Stream;

/**
 * The loss kernels; see {@code affinity.torchscript} for the formulas. B own pairs, N pairs of the global batch; a tile is R
 * images by C texts, of K models.
 */
public final class AffinityKernel {
    private final Script script;

    private AffinityKernel(Script script) {
        this.script = script;
    }

    public static AffinityKernel compile(TensorScope scope) {
        return new AffinityKernel(
                ScriptArchive.compile(scope, Resource.text(AffinityKernel.class, "affinity.torchscript")));
    }

    /** A model's embeddings: of the own pairs (B, E), of all pairs (N, E). */
    record Features(Tensor ownImage, Tensor ownText, Tensor allImage, Tensor allText) {}

    /** Log-sum-exps of each model's rows (K, R) and columns (K, C). */
    record Sums(Tensor rows, Tensor columns) {}

    /** Who is whose positive: (R) and (C) identities, and how many positives each has. */
    record Targets(Tensor own, Tensor all, Tensor ownCounts, Tensor allCounts) {}

    /** Of a tile: (R, C) by the student's logits, without logit scale; loss, entropy, d logit scale of rows (3, R). Times 2N. */
    record Gradient(Tensor logits, Tensor sums) {}

    /** Cotangents (B, E) each, and (3) loss, entropy, d logit scale. */
    public record Result(Tensor dImage, Tensor dText, Tensor sums) {
        /** This, or its product with the weight as new tensors beside it. */
        Result times(double weight) {
            return weight == 1 ? this : new Result(dImage.times(weight), dText.times(weight), sums.times(weight));
        }

        /** The sum, as new tensors beside this. */
        Result plus(Result other) {
            return new Result(dImage.plus(other.dImage), dText.plus(other.dText), sums.plus(other.sums));
        }
    }

    /**
     * @param scales (K); gets the result beside it
     * @param images (R, E) of each model
     * @param texts (C, E) of each model
     * @return (K, R, C) logits
     */
    Tensor tile(Tensor scales, List<Tensor> images, List<Tensor> texts) {
        return call("tile", scales, Argument.list(images), Argument.list(texts)).get(0);
    }

    /** @param tile (K, R, C); gets the result beside it */
    Sums tileSums(Tensor tile) {
        List<Tensor> out = call("tile_sums", tile);
        return new Sums(out.get(0), out.get(1));
    }

    /** @param parts (K, R) each, of {@link #tileSums}. @return (K, R) beside the first */
    Tensor join(List<Tensor> parts) {
        return script.call(parts.get(0).scope(), "join", Argument.list(parts)).get(0);
    }

    /**
     * @param tile (K, R, C), whose student's logits are overwritten; gets the result beside it
     * @param sums over all tiles
     * @param weights (K + 1) on the host: of the softmaxes, of each teacher's targets, of the positives
     * @param targets arrays (0) where nobody in the tile is another's positive
     */
    Gradient tileGradient(Tensor tile, Sums sums, Tensor weights, Targets targets) {
        List<Tensor> out = call(
                "tile_gradient",
                tile,
                sums.rows,
                sums.columns,
                weights,
                targets.own,
                targets.all,
                targets.ownCounts,
                targets.allCounts);
        return new Gradient(out.get(0), out.get(1));
    }

    /** Adds a tile to its images' (R, E), and its sums to those (3, R). @param text (C, E) */
    void addRow(Tensor image, Tensor sums, Gradient tile, Tensor text) {
        call("add_row", image, sums, tile.logits, text, tile.sums).forEach(Tensor::close);
    }

    /** Adds a tile to its texts' (C, E). @param image (R, E) */
    void addColumn(Tensor text, Gradient tile, Tensor image) {
        call("add_column", text, tile.logits, image).forEach(Tensor::close);
    }

    /**
     * @param image (B, E) that rows of tiles were added to; gets the result beside it
     * @param text (B, E) that columns of tiles were added to
     * @param sums (3, B)
     * @param scale 0-d
     * @param pairs 0-d N
     */
    Result finish(Tensor image, Tensor text, Tensor sums, Tensor scale, Tensor pairs) {
        return result(call("finish", image, text, sums, scale, pairs));
    }

    /** How far the student's embeddings are from the teacher's. */
    Result features(Features student, Features teacher) {
        return result(call(
                "features", student.ownImage, student.ownText, teacher.ownImage, teacher.ownText, student.allImage));
    }

    /**
     * The student's own embeddings among the teacher's of the global batch, against the positives.
     *
     * @param scale 0-d
     */
    Result interactive(Features student, Features teacher, Targets targets, Tensor scale) {
        return result(call(
                "interactive",
                student.ownImage,
                student.ownText,
                teacher.allImage,
                teacher.allText,
                targets.own,
                targets.all,
                targets.ownCounts,
                scale));
    }

    private static Result result(List<Tensor> out) {
        return new Result(out.get(0), out.get(1), out.get(2));
    }

    /** Results come beside the first argument. */
    private List<Tensor> call(String method, Tensor first, Argument... others) {
        Argument[] all = Stream.concat(Stream.of(first), Stream.of(others)).toArray(Argument[]::new);
        return script.call(first.scope(), method, all);
    }
}
