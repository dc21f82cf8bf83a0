package io.tinyclip.actors.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FeatureBlockTest {
    private static final Embedded STUDENT = new Embedded(new float[] {1, 2}, new float[] {3, 4});
    private static final Embedded TEACHER = new Embedded(new float[] {5, 6, 7}, new float[] {8, 9, 10});
    private static final Embedded ANOTHER = new Embedded(new float[] {11}, new float[] {12});

    @Test
    void modelsOfAnyWidthFollowOneAnother() {
        PartitionFeatures features = new PartitionFeatures(STUDENT, List.of(TEACHER, ANOTHER));
        assertEquals(List.of(2, 3, 1), FeatureBlock.floats(features));
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, FeatureBlock.join(features));
    }

    @Test
    void whatWasJoinedIsSplitIntoTheSame() {
        for (List<Embedded> teachers : List.of(List.<Embedded>of(), List.of(TEACHER), List.of(TEACHER, ANOTHER))) {
            PartitionFeatures features = new PartitionFeatures(STUDENT, teachers);
            PartitionFeatures split = FeatureBlock.split(FeatureBlock.join(features), FeatureBlock.floats(features));
            assertEquals(FeatureBlock.floats(features), FeatureBlock.floats(split));
            assertArrayEquals(FeatureBlock.join(features), FeatureBlock.join(split));
        }
    }

    @ParameterizedTest
    @EnumSource(Rounding.class)
    void emptyPlacesTravelAlongUnderAnyRounding(Rounding rounding) {
        Embedded none = new Embedded(new float[0], new float[0]);
        for (PartitionFeatures features : List.of(
                new PartitionFeatures(STUDENT, List.of(TEACHER), List.of(0, 3, 700)),
                new PartitionFeatures(none, List.of(none), List.of(0, 1)),
                new PartitionFeatures(none, List.of(), List.of(5)))) {
            float[] block = rounding.rounded(FeatureBlock.join(features));
            PartitionFeatures split = FeatureBlock.split(block, FeatureBlock.floats(features));
            assertEquals(features.empty(), split.empty());
            assertArrayEquals(features.student().text(), split.student().text());
            assertEquals(features.teachers().size(), split.teachers().size());
        }
    }

    @Test
    void refusesABlockThatIsNotWhatItIsSaidToBe() {
        assertThrows(IllegalArgumentException.class, () -> FeatureBlock.split(new float[9], List.of(2, 3)));
        assertThrows(IllegalArgumentException.class, () -> FeatureBlock.split(new float[0], List.of()));
    }
}
