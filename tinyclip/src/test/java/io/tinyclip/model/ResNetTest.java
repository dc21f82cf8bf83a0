package io.tinyclip.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResNetTest {
    private static final List<Integer> RN50 = List.of(3, 4, 6, 3);

    @Test
    void knowsThePoolOfRn50() {
        ResNet tower = new ResNet(224, 64, 64, RN50);
        assertEquals(2048, tower.features());
        assertEquals(32, tower.heads());
        assertEquals(7, tower.grid());
        assertEquals(3 + 3 * 16 + 4, tower.convolutions().size());
    }

    @Test
    void halvesASideBehindTheWindowOfAStagesFirstBlock() {
        List<Convolution> all = new ResNet(64, 4, 32, List.of(2, 1, 1, 1)).convolutions();
        assertEquals(new Convolution("visual.conv3", "visual.bn3", 2, 4, 3, 32), all.get(2));
        assertEquals(
                List.of(
                        new Convolution("visual.layer2.0.conv1", "visual.layer2.0.bn1", 16, 8, 1, 16),
                        new Convolution("visual.layer2.0.conv2", "visual.layer2.0.bn2", 8, 8, 3, 16),
                        new Convolution("visual.layer2.0.conv3", "visual.layer2.0.bn3", 8, 32, 1, 8),
                        new Convolution("visual.layer2.0.downsample.0", "visual.layer2.0.downsample.1", 16, 32, 1, 8)),
                all.subList(10, 14));
    }

    @Test
    void laysEveryConvolutionOutWithItsNormAndStatistics() {
        Layout layout = Layout.of(SmallShapes.resnet(), 30, false, false);
        assertEquals(
                List.of(
                        "visual.conv1.weight",
                        "visual.bn1.weight",
                        "visual.bn1.bias",
                        "visual.bn1.running_mean",
                        "visual.bn1.running_var",
                        "visual.conv2.weight"),
                layout.segments().stream().map(Segment::name).limit(6).toList());
        assertEquals(
                List.of(32, 16, 1, 1),
                layout.segment("visual.layer2.0.downsample.0.weight").shape());
        assertEquals(
                List.of(5, 128),
                layout.segment("visual.attnpool.positional_embedding").shape());
        assertEquals(
                List.of(6, 128), layout.segment("visual.attnpool.c_proj.weight").shape());
        assertTrue(layout.find("visual.layer1.1.downsample.0.weight").isEmpty());
        assertEquals(Group.STATISTICS, layout.segment("visual.bn2.running_var").group());
    }

    @Test
    void refusesWhatIsNoSuchNetwork() {
        assertThrows(IllegalArgumentException.class, () -> new ResNet(224, 64, 64, List.of(3, 4, 6)));
        assertThrows(IllegalArgumentException.class, () -> new ResNet(224, 64, 64, List.of(3, 4, 0, 3)));
        assertThrows(IllegalArgumentException.class, () -> new ResNet(225, 64, 64, RN50));
        assertThrows(IllegalArgumentException.class, () -> new ResNet(224, 63, 64, RN50));
        assertThrows(IllegalArgumentException.class, () -> new ResNet(224, 64, 60, RN50));
    }
}
