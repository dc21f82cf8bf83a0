package io.tinyclip.report;

import io.tinyclip.image.RgbImage;
import java.util.List;

/**
 * A query in words and what two models find for it.
 *
 * @param teacher nearest first
 * @param student nearest first
 */
public record GridRow(String query, List<Found> teacher, List<Found> student) {
    public GridRow {
        teacher = List.copyOf(teacher);
        student = List.copyOf(student);
    }

    /** @param right whether the picture is what the words name */
    public record Found(RgbImage image, boolean right) {}
}
