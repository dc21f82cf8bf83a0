package io.tinyclip.cluster.forecast;

import com.google.gson.JsonObject;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.ModelShape;

/** A model of a shape, with untrained weights: it costs what a trained one does. */
final class RandomModel {
    private static final long SEED = 1;

    private RandomModel() {}

    /** The same without weights: for sizes alone. */
    static Model blank(ModelShape shape, Preprocessing preprocessing) {
        FloatVector vector = FloatVector.of(new float[Model.layoutOf(shape).size()]);
        return Model.of(shape, vector, preprocessing, new JsonObject());
    }

    static Model of(ModelShape shape, Preprocessing preprocessing) {
        FloatVector vector = FloatVector.of(Initialization.random(Model.layoutOf(shape), SEED));
        return Model.of(shape, vector, preprocessing, new JsonObject());
    }
}
