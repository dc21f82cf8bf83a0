package io.tinyclip.cluster.settings;

import io.tinyclip.files.Architectures;
import io.tinyclip.formats.Models;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.LossPlan;
import java.util.List;
import java.util.OptionalInt;

/**
 * From whom the student of {@code run} learns, and what it minimises.
 *
 * @param teacher the model to compress
 * @param further models' folders or files, in the order of the loss's
 * @param logitScale factor on the cosines of the loss
 * @param loss what {@code run} minimises
 */
public record TeachingSettings(TeacherSource teacher, List<String> further, double logitScale, LossPlan loss) {
    /** The value of {@code tinyclip.teacher} that names the model inside the jar. */
    public static final String BUILTIN = "builtin";

    public TeachingSettings {
        further = List.copyOf(further);
    }

    /**
     * The model to compress.
     *
     * @param model a model's folder or file, or {@link #BUILTIN}
     * @param options what its files leave open, and the size of the pictures
     * @param architecture its name in {@link Architectures}; empty where it is not said
     */
    public record TeacherSource(String model, ReadOptions options, String architecture) {
        /** The shape that the architecture promises, for pictures of the size that was asked for. */
        public ModelShape expected() {
            ModelShape shape = Architectures.shape(architecture);
            OptionalInt size = options.imageSize();
            return size.isPresent() ? Models.withImageSize(shape, size.getAsInt()) : shape;
        }
    }
}
