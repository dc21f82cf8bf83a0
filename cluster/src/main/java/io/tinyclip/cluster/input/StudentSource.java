package io.tinyclip.cluster.input;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.settings.CompressionSettings.StudentStart;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.files.Architectures;
import io.tinyclip.files.Model;
import io.tinyclip.inherit.ManualInheritance;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.plan.BudgetPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
     * @return of the teacher's shape, or where both towers come from one model, that model
     * @throws InvalidInputException if a source cannot be read, its tower is not of the teacher's shape, or the model is no
     *     student that the teacher could have
     */
    public static Model of(Settings settings, Model teacher) {
        StudentSource source = new StudentSource(settings, teacher);
        return settings.compression().start().whole().map(source::whole).orElseGet(source::together);
    }

    private Model whole(String name) {
        Model student = Teachers.read(name, settings.teaching().teacher().options());
        unlike(student).ifPresent(difference -> {
            throw new InvalidInputException(
                    "tinyclip.start [" + name + "] has " + difference
                            + "; a student takes the teacher's pictures and texts into the teacher's space: name another model, or teacher");
        });
        BudgetPlan budget = settings.compression().mask().budget();
        double keep = ManualInheritance.keep(student.shape(), teacher.shape(), budget);
        if (keep > 1) {
            throw new InvalidInputException("tinyclip.start [" + name + "] has [" + keep
                    + "] times the teacher's counted " + budget.unit().word()
                    + "; a student has at most as many: name a smaller model, or teacher");
        }
        return student;
    }

    private Optional<String> unlike(Model student) {
        Map<String, Function<Model, Object>> alike = new LinkedHashMap<>();
        alike.put("channels of the embedding", model -> model.shape().embedding());
        alike.put("tokens of context", model -> model.shape().text().contextLength());
        alike.put("tokens in the vocabulary", model -> model.shape().text().vocabulary());
        alike.put("pixels", model -> model.shape().image().imageSize());
        alike.put(
                "kind of image tower", model -> model.shape().image().getClass().getSimpleName());
        alike.put("preprocessing", Model::preprocessing);
        return alike.entrySet().stream()
                .filter(each ->
                        !each.getValue().apply(student).equals(each.getValue().apply(teacher)))
                .map(each -> "[" + each.getValue().apply(student) + "] as " + each.getKey() + ", the teacher ["
                        + each.getValue().apply(teacher) + "]")
                .findFirst();
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
