package io.tinyclip.actors;

import io.tinyclip.step.PartitionFeatures;
import java.util.Arrays;

/** A partition's features as one array for the data plane: student image, student text, teacher image, teacher text. */
final class FeatureBlock {
    private FeatureBlock() {}

    static float[] join(PartitionFeatures features) {
        int student = features.studentImage().length;
        int teacher = features.teacherImage().length;
        float[] block = new float[2 * (student + teacher)];
        System.arraycopy(features.studentImage(), 0, block, 0, student);
        System.arraycopy(features.studentText(), 0, block, student, student);
        System.arraycopy(features.teacherImage(), 0, block, 2 * student, teacher);
        System.arraycopy(features.teacherText(), 0, block, 2 * student + teacher, teacher);
        return block;
    }

    /** @param student floats of the student's image (and of its text) features; the rest is the teacher's */
    static PartitionFeatures split(float[] block, int student) {
        int text = 2 * student;
        int teacherText = text + (block.length - text) / 2;
        return new PartitionFeatures(
                Arrays.copyOfRange(block, 0, student),
                Arrays.copyOfRange(block, student, text),
                Arrays.copyOfRange(block, text, teacherText),
                Arrays.copyOfRange(block, teacherText, block.length));
    }
}
