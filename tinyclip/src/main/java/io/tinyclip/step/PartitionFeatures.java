package io.tinyclip.step;

import io.tinyclip.rounding.Rounding;
import java.util.List;
import java.util.stream.Stream;

/**
 * What all models say of one partition: of the pairs that it has, in the order of their places.
 *
 * @param teachers the one that is compressed first; empty where the loss asks none. Their E may differ from the student's
 * @param empty places in the partition, rising, whose pair is left out by everybody
 */
public record PartitionFeatures(Embedded student, List<Embedded> teachers, List<Integer> empty) {
    public PartitionFeatures {
        teachers = List.copyOf(teachers);
        empty = List.copyOf(empty);
    }

    /** Of a partition without an empty place. */
    public PartitionFeatures(Embedded student, List<Embedded> teachers) {
        this(student, teachers, List.of());
    }

    /** The features that all workers are to use, the one that computed them included; these stay as they are. */
    public PartitionFeatures rounded(Rounding rounding) {
        return new PartitionFeatures(
                student.rounded(rounding),
                teachers.stream().map(teacher -> teacher.rounded(rounding)).toList(),
                empty);
    }

    /** The student's, then each teacher's. */
    public Stream<Embedded> all() {
        return Stream.concat(Stream.of(student), teachers.stream());
    }

    /** How many of a partition's places have a pair. */
    public int pairs(int places) {
        return places - empty.size();
    }
}
