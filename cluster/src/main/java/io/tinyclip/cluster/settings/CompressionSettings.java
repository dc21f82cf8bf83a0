package io.tinyclip.cluster.settings;

import io.tinyclip.inherit.StageGoal;
import io.tinyclip.plan.MaskPlan;
import java.util.List;
import java.util.Optional;

/**
 * How {@code run} makes a student of the teacher.
 *
 * @param start whose weights the student begins with
 * @param stages in their order
 * @param mask how the stages that learn masks do
 */
public record CompressionSettings(StudentStart start, List<StageGoal> stages, MaskPlan mask) {
    public CompressionSettings {
        stages = List.copyOf(stages);
    }

    /**
     * Whose weights each tower of the student begins with: {@link #TEACHER}, {@link #RANDOM}, or a model's folder or file. Where
     * both name the same model, the student begins as that model, whatever its layers have.
     */
    public record StudentStart(String image, String text) {
        /** Inherited, as the method has it. */
        public static final String TEACHER = "teacher";

        /** New ones, by the seed. */
        public static final String RANDOM = "random";

        /** Whether the student begins as the teacher is. */
        public boolean isTeacher() {
            return image.equals(TEACHER) && text.equals(TEACHER);
        }

        /** The model that the student begins as; empty where its towers have the teacher's shape. */
        public Optional<String> whole() {
            return image.equals(text) && !image.equals(TEACHER) && !image.equals(RANDOM)
                    ? Optional.of(image)
                    : Optional.empty();
        }
    }
}
