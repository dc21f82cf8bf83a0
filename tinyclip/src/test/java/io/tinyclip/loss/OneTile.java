package io.tinyclip.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The loss of a whole batch as one tile, in double, by the kernels that train. */
public final class OneTile {
    private OneTile() {}

    /** @param all (N, E) student's image and text, teacher's image and text; gets the result beside the first */
    public static AffinityKernel.Result affinity(AffinityKernel kernel, double scale, NDArray... all) {
        NDManager manager = all[0].getManager();
        NDArray none = manager.create(new Shape(0), DataType.INT64);
        NDArray noCounts = manager.create(new Shape(0), DataType.FLOAT64);
        AffinityKernel.Targets nobody = new AffinityKernel.Targets(none, none, noCounts, noCounts);
        return result(kernel, new double[] {scale, scale}, nobody, new float[] {1, 1, 0}, all);
    }

    /** @param all (N, E) student's image and text; pairs of equal ids are each other's positives */
    public static AffinityKernel.Result contrastive(AffinityKernel kernel, double scale, long[] ids, NDArray... all) {
        NDArray i = all[0].getManager().create(ids);
        NDArray counts = all[0].getManager()
                .create(Arrays.stream(ids)
                        .mapToDouble(
                                id -> Arrays.stream(ids).filter(o -> o == id).count())
                        .toArray());
        AffinityKernel.Targets targets = new AffinityKernel.Targets(i, i, counts, counts);
        return result(kernel, new double[] {scale}, targets, new float[] {1, 1}, all);
    }

    private static AffinityKernel.Result result(
            AffinityKernel kernel, double[] scales, AffinityKernel.Targets targets, float[] weights, NDArray... all) {
        NDManager manager = all[0].getManager();
        NDArray s = manager.create(scales);
        List<NDArray> images = new ArrayList<>();
        List<NDArray> texts = new ArrayList<>();
        for (int model = 0; model < scales.length; model++) {
            images.add(AffinityKernel.asImage(all[2 * model].duplicate()));
            texts.add(AffinityKernel.asText(all[2 * model + 1].duplicate()));
        }
        NDArray tile = kernel.tile(s, images, texts);
        AffinityKernel.Sums part = kernel.tileSums(tile);
        AffinityKernel.Sums sums =
                new AffinityKernel.Sums(kernel.join(List.of(part.rows())), kernel.join(List.of(part.columns())));
        AffinityKernel.Gradient gradient = kernel.tileGradient(tile, sums, manager.create(weights), targets);
        NDArray image = all[0].zerosLike();
        NDArray text = all[1].zerosLike();
        NDArray total = manager.zeros(new Shape(3, all[0].size(0)), DataType.FLOAT64);
        kernel.addRow(image, total, gradient, all[1]);
        kernel.addColumn(text, gradient, all[0]);
        return kernel.finish(image, text, total, s.get(0), manager.create((double) all[0].size(0)));
    }
}
