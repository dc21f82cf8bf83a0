package io.tinyclip.step;

import io.tinyclip.rounding.Rounding;
import java.util.List;
import java.util.stream.Stream;

/**
 * What all models say of one partition.
 *
 * @param teachers the one that is compressed first; empty where the loss asks none. Their E may differ from the student's
 */
public record PartitionFeatures(Embedded student, List<Embedded> teachers) {
    public PartitionFeatures {
        teachers = List.copyOf(teachers);
    }

    /** The features that all workers are to use, the one that computed them included; these stay as they are. */
    public PartitionFeatures rounded(Rounding rounding) {
        return new PartitionFeatures(
                student.rounded(rounding),
                teachers.stream().map(teacher -> teacher.rounded(rounding)).toList());
    }

    /** The student's, then each teacher's. */
    public Stream<Embedded> all() {
        return Stream.concat(Stream.of(student), teachers.stream());
    }
}
