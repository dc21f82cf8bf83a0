package io.tinyclip.evaluate;

import io.tinyclip.step.BadSample;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's embeddings of a task, or of a part of its pictures.
 *
 * @param width E, channels of an embedding
 * @param pictures which of the task's pictures the rows are of, ascending; those that cannot be used are missing
 * @param images (pictures, E) row-major, each row of unit length
 * @param texts (texts of the task, E) row-major, each row of unit length; empty in a part
 * @param leftOut pictures that cannot be used
 */
public record TaskEmbeddings(int width, int[] pictures, float[] images, float[] texts, List<BadSample> leftOut) {
    public TaskEmbeddings {
        leftOut = List.copyOf(leftOut);
        if ((long) pictures.length * width != images.length) {
            throw new IllegalArgumentException(
                    images.length + " values for " + pictures.length + " rows of " + width + " channels");
        }
    }

    /**
     * Puts parts together.
     *
     * @param parts in the order of their pictures
     * @param texts of the whole task
     */
    public static TaskEmbeddings join(int width, List<TaskEmbeddings> parts, float[] texts) {
        int rows = parts.stream().mapToInt(part -> part.pictures.length).sum();
        int[] pictures = new int[rows];
        float[] images = new float[Math.multiplyExact(rows, width)];
        List<BadSample> leftOut = new ArrayList<>();
        int row = 0;
        for (TaskEmbeddings part : parts) {
            System.arraycopy(part.pictures, 0, pictures, row, part.pictures.length);
            System.arraycopy(part.images, 0, images, row * width, part.images.length);
            leftOut.addAll(part.leftOut);
            row += part.pictures.length;
        }
        return new TaskEmbeddings(width, pictures, images, texts, leftOut);
    }
}
