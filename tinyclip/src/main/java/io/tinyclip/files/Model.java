package io.tinyclip.files;

import com.google.gson.JsonObject;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;

/**
 * A whole model, as a model folder holds it.
 *
 * @param layout with the full token table and without masks
 * @param vector (P of layout,)
 * @param provenance how the model came to be: command, seed, numericClass, digest, figures; free, may be empty
 */
public record Model(ModelShape shape, Layout layout, float[] vector, JsonObject provenance) {
    public Model {
        if (!layout.hash().equals(layoutOf(shape).hash()) || vector.length != layout.size()) {
            throw new IllegalArgumentException("layout of [" + layout.size() + "] floats and vector of ["
                    + vector.length + "] must be those of the whole model without masks");
        }
    }

    /** A model of that shape with a vector of {@link #layoutOf}. */
    public static Model of(ModelShape shape, float[] vector, JsonObject provenance) {
        return new Model(shape, layoutOf(shape), vector, provenance);
    }

    /** The layout of a whole model: the full token table, no masks, the logit scale fixed. */
    public static Layout layoutOf(ModelShape shape) {
        return Layout.of(shape, shape.text().vocabulary(), false, false);
    }
}
