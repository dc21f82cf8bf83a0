package io.tinyclip.cluster.input;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyclip.files.JsonFields;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelShapeJson;
import io.tinyclip.files.ModelVector;
import io.tinyclip.files.PreprocessingJson;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;

/**
 * What there is to know of a model besides its floats, where it travels between machines.
 *
 * @param what names it in messages, such as {@code the teacher}
 */
public record ModelDescription(String what, ModelShape shape, Preprocessing preprocessing) {
    private static final String SHAPE = "shape";
    private static final String PREPROCESSING = "preprocessing";
    private static final String REMEDY = "; start the same coordinator.jar on every machine";

    /** The text of it, as JSON. */
    public static String of(Model model) {
        JsonObject json = new JsonObject();
        json.add(SHAPE, ModelShapeJson.write(model.shape()));
        json.add(PREPROCESSING, PreprocessingJson.write(model.preprocessing()));
        return json.toString();
    }

    /** @throws InvalidInputException if the text is none */
    public static ModelDescription read(String text, String what) {
        try {
            JsonFields fields = new JsonFields(JsonParser.parseString(text).getAsJsonObject(), what + "'s description");
            ModelShape shape = ModelShapeJson.read(fields.object(SHAPE));
            return new ModelDescription(
                    what,
                    shape,
                    PreprocessingJson.read(
                            fields.object(PREPROCESSING), shape.image().imageSize()));
        } catch (JsonParseException | IllegalStateException e) {
            throw new InvalidInputException(
                    "cannot understand " + what + "'s description (" + e.getMessage() + ")" + REMEDY, e);
        }
    }

    /**
     * The model with these floats.
     *
     * @throws InvalidInputException if there are more or fewer than the shape has
     */
    public Model with(FloatVector vector) {
        requireFloats(vector.size());
        return Model.of(shape, vector, preprocessing, new JsonObject());
    }

    /** @throws InvalidInputException if the shape has more or fewer */
    public void requireFloats(int found) {
        int floats = ModelVector.layout(shape, what).size();
        if (found != floats) {
            throw new InvalidInputException(
                    what + " has [" + found + "] floats where its shape has [" + floats + "]" + REMEDY);
        }
    }
}
