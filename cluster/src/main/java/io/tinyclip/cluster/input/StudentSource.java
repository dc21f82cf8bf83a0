package io.tinyclip.cluster.input;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.settings.CompressionSettings.StudentStart;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.files.Architectures;
import io.tinyclip.files.Model;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import java.util.function.Function;

/** The model whose weights a student begins with, put together from the sources of its two towers. */
public final class StudentSource {
    private static final String IMAGE = "visual.";
    private static final String LOGIT_SCALE = "logit_scale";

    private final Settings settings;
    private final Model teacher;

    private StudentSource(Settings settings, Model teacher) {
        this.settings = settings;
        this.teacher = teacher;
    }

    /**
     * Reads the sources that are files.
     *
     * @return of the teacher's shape
     * @throws InvalidInputException if a source cannot be read, or its tower is not of the teacher's shape
     */
    public static Model of(Settings settings, Model teacher) {
        return new StudentSource(settings, teacher).together();
    }

    private Model together() {
        StudentStart start = settings.compression().start();
        Model image = tower("tinyclip.start.image", start.image(), ModelShape::image);
        Model text = tower("tinyclip.start.text", start.text(), ModelShape::text);
        FloatVector vector = FloatVector.allocate(teacher.layout().size());
        for (Segment segment : teacher.layout().segments()) {
            String name = segment.name();
            Model from = name.equals(LOGIT_SCALE) ? teacher : name.startsWith(IMAGE) ? image : text;
            int at = from.layout().segment(name).offset();
            vector.floats().put(segment.offset(), from.vector().range(at, at + segment.count()));
        }
        return Model.of(teacher.shape(), vector, teacher.preprocessing(), new JsonObject());
    }

    private Model tower(String key, String name, Function<ModelShape, Object> tower) {
        return switch (name) {
            case StudentStart.TEACHER -> teacher;
            case StudentStart.RANDOM -> random();
            default ->
                requireAlike(
                        key,
                        name,
                        Teachers.read(name, settings.teaching().teacher().options()),
                        tower);
        };
    }

    private Model random() {
        float[] vector = Initialization.random(teacher.layout(), settings.step().seed());
        return Model.of(teacher.shape(), FloatVector.of(vector), teacher.preprocessing(), new JsonObject());
    }

    private Model requireAlike(String key, String name, Model found, Function<ModelShape, Object> tower) {
        ModelShape has = found.shape();
        ModelShape needs = teacher.shape();
        if (tower.apply(has).equals(tower.apply(needs))
                && has.embedding() == needs.embedding()
                && has.activation() == needs.activation()) {
            return found;
        }
        throw new InvalidInputException(
                key + " [" + name + "] is " + Architectures.describe(has) + "; the teacher is "
                        + Architectures.describe(needs)
                        + "; that tower, the embedding and the activation must be the teacher's: name another model, or teacher");
    }
}
