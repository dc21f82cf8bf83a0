package io.tinyclip.calibrate;

import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import io.tinyclip.model.Tower;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A layer norm of a tower, and what reads the residual stream through it.
 *
 * @param image of the image tower, otherwise of the text tower
 * @param meant place among all norms of the tower, as the kernel counts them
 * @param weight (D), its gain
 * @param bias (D)
 * @param reader the linear map (n, D) that reads it; empty for the norm before an image tower's layers, which writes the stream, and
 *     for the last one
 * @param readerBias (n), where there is a reader
 */
public record Norm(
        boolean image,
        int meant,
        Segment weight,
        Segment bias,
        Optional<Segment> reader,
        Optional<Segment> readerBias) {
    /** All of a tower's, in their order: before the layers where it is an image tower's, in them, behind them. */
    static List<Norm> of(Layout layout, boolean image) {
        Tower tower = image ? layout.shape().vision() : layout.shape().text();
        List<Norm> norms = new ArrayList<>();
        if (image) {
            norms.add(of(layout, true, 0, "visual.ln_pre", ""));
        }
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerShape layer = tower.layers().get(i);
            String name = tower.prefix() + "transformer.resblocks." + i + ".";
            if (layer.heads() > 0) {
                norms.add(of(layout, image, norms.size(), name + "ln_1", name + "attn.in_proj_"));
            }
            if (layer.neurons() > 0) {
                norms.add(of(layout, image, norms.size(), name + "ln_2", name + "mlp.c_fc."));
            }
        }
        norms.add(of(layout, image, norms.size(), image ? "visual.ln_post" : "ln_final", ""));
        return norms;
    }

    private static Norm of(Layout layout, boolean image, int meant, String name, String reader) {
        return new Norm(
                image,
                meant,
                layout.segment(name + ".weight"),
                layout.segment(name + ".bias"),
                layout.find(reader + "weight").filter(it -> !reader.isEmpty()),
                layout.find(reader + "bias").filter(it -> !reader.isEmpty()));
    }
}
