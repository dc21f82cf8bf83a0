package io.tinyclip.calibrate;

import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.Tower;
import java.util.ArrayList;
import java.util.List;

/**
 * A half of a transformer layer that has units left: its attention or its neurons, with the linear map that writes what they make
 * to the residual stream.
 *
 * @param image of the image tower, otherwise of the text tower
 * @param meant place among all halves of the tower that have units, as the kernel counts them
 * @param heads whether its units are heads, otherwise neurons
 * @param weight (D, units x channels) of the map
 * @param bias (D) of the map
 * @param units heads or neurons
 * @param channels of a unit: the head width, or 1
 */
public record Half(
        boolean image, int meant, int layer, boolean heads, Segment weight, Segment bias, int units, int channels) {
    /** All of a layout's, image before text, by layer, heads before neurons. */
    static List<Half> of(Layout layout) {
        List<Half> halves = new ArrayList<>(of(layout, layout.shape().vision(), true));
        halves.addAll(of(layout, layout.shape().text(), false));
        return halves;
    }

    private static List<Half> of(Layout layout, Tower tower, boolean image) {
        List<Half> halves = new ArrayList<>();
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerShape layer = tower.layers().get(i);
            String name = tower.prefix() + "transformer.resblocks." + i + ".";
            if (layer.heads() > 0) {
                Segment weight = layout.segment(name + "attn.out_proj.weight");
                Segment bias = layout.segment(name + "attn.out_proj.bias");
                halves.add(new Half(image, halves.size(), i, true, weight, bias, layer.heads(), tower.headWidth()));
            }
            if (layer.neurons() > 0) {
                Segment weight = layout.segment(name + "mlp.c_proj.weight");
                Segment bias = layout.segment(name + "mlp.c_proj.bias");
                halves.add(new Half(image, halves.size(), i, false, weight, bias, layer.neurons(), 1));
            }
        }
        return halves;
    }

    /** Whose half it is. */
    Tower tower(ModelShape shape) {
        return image ? shape.vision() : shape.text();
    }

    /** D */
    int outputs() {
        return bias.count();
    }
}
