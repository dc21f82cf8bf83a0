package io.tinyclip.actors.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    @Test
    void refusesABlockThatIsNotWhatItIsSaidToBe() {
        assertThrows(IllegalArgumentException.class, () -> FeatureBlock.split(new float[9], List.of(2, 3)));
        assertThrows(IllegalArgumentException.class, () -> FeatureBlock.split(new float[0], List.of()));
    }
}
