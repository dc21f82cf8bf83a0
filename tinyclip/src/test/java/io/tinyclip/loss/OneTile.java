package io.tinyclip.loss;

import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The loss of a whole batch as one tile, in double, by the kernels that train. */
public final class OneTile {
    private OneTile() {}

    /** @param all (N, E) student's image and text, teacher's image and text; gets the result beside the first */
    public static AffinityKernel.Result affinity(AffinityKernel kernel, double scale, Tensor... all) {
        TensorScope manager = all[0].scope();
        Tensor none = manager.longs(new long[0]);
        Tensor noCounts = manager.doubles(new double[0]);
        AffinityKernel.Targets nobody = new AffinityKernel.Targets(none, none, noCounts, noCounts);
        return result(kernel, new double[] {scale, scale}, nobody, new float[] {1, 1, 0}, all);
    }

    /** @param all (N, E) student's image and text; pairs of equal ids are each other's positives */
    public static AffinityKernel.Result contrastive(AffinityKernel kernel, double scale, long[] ids, Tensor... all) {
        Tensor i = all[0].scope().longs(ids);
        Tensor counts = all[0].scope()
                .doubles(Arrays.stream(ids)
                        .mapToDouble(
                                id -> Arrays.stream(ids).filter(o -> o == id).count())
                        .toArray());
        AffinityKernel.Targets targets = new AffinityKernel.Targets(i, i, counts, counts);
        return result(kernel, new double[] {scale}, targets, new float[] {1, 1}, all);
    }

    private static AffinityKernel.Result result(
            AffinityKernel kernel, double[] scales, AffinityKernel.Targets targets, float[] weights, Tensor... all) {
        TensorScope manager = all[0].scope();
        Tensor s = manager.doubles(scales);
        List<Tensor> images = new ArrayList<>();
        List<Tensor> texts = new ArrayList<>();
        for (int model = 0; model < scales.length; model++) {
            images.add(all[2 * model]);
            texts.add(all[2 * model + 1]);
        }
        Tensor tile = kernel.tile(s, images, texts);
        AffinityKernel.Sums part = kernel.tileSums(tile);
        AffinityKernel.Sums sums =
                new AffinityKernel.Sums(kernel.join(List.of(part.rows())), kernel.join(List.of(part.columns())));
        AffinityKernel.Gradient gradient = kernel.tileGradient(tile, sums, manager.floats(weights), targets);
        int pairs = (int) all[0].shape()[0];
        Tensor image = zerosLike(all[0]);
        Tensor text = zerosLike(all[1]);
        Tensor total = manager.doubles(new double[3 * pairs], 3, pairs);
        kernel.addRow(image, total, gradient, all[1]);
        kernel.addColumn(text, gradient, all[0]);
        return kernel.finish(
                image, text, total, manager.doubles(new double[] {scales[0]}), manager.doubles(new double[] {pairs}));
    }

    private static Tensor zerosLike(Tensor tensor) {
        return tensor.scope().doubles(new double[Math.toIntExact(tensor.size())], tensor.shape());
    }
}
