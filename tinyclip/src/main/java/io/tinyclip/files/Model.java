package io.tinyclip.files;

import com.google.gson.JsonObject;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TokenRows;
import java.util.Optional;

/**
 * A whole model, as a model folder holds it.
 *
 * @param layout with the full token table and without masks
 * @param vector (P of layout,)
 * @param preprocessing how the image tower wants its pictures; of the tower's image size
 * @param cut which of CLIP's tokens have a row, where the table was cut to some; else none, and a token's row is its id
 * @param provenance how the model came to be: command, seed, numericClass, digest, figures; free, may be empty
 */
public record Model(
        ModelShape shape,
        Layout layout,
        FloatVector vector,
        Preprocessing preprocessing,
        Optional<TokenRows> cut,
        JsonObject provenance) {
    public Model {
        cut.ifPresent(rows -> {
            if (rows.rows() != shape.text().vocabulary()) {
                throw new IllegalArgumentException("rows of [" + rows.rows() + "] tokens for a table of ["
                        + shape.text().vocabulary() + "]");
            }
        });
        if (!layout.hash().equals(layoutOf(shape).hash()) || vector.size() != layout.size()) {
            throw new IllegalArgumentException("layout of [" + layout.size() + "] floats and vector of ["
                    + vector.size() + "] must be those of the whole model without masks");
        }
        if (preprocessing.size() != shape.image().imageSize()) {
            throw new IllegalArgumentException("pictures of [" + preprocessing.size()
                    + "] pixels for a tower that takes [" + shape.image().imageSize() + "]");
        }
    }

    /** A model of that shape with a vector of {@link #layoutOf}. */
    public static Model of(ModelShape shape, FloatVector vector, Preprocessing preprocessing, JsonObject provenance) {
        return new Model(shape, layoutOf(shape), vector, preprocessing, Optional.empty(), provenance);
    }

    /** The same with a table that was cut to these tokens. */
    public Model withCut(Optional<TokenRows> rows) {
        return new Model(shape, layout, vector, preprocessing, rows, provenance);
    }

    /** The layout of a whole model: the full token table, no masks, the logit scale fixed. */
    public static Layout layoutOf(ModelShape shape) {
        return Layout.of(shape, shape.text().vocabulary(), false, false);
    }
}
