package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tinyclip.files.Model;
import io.tinyclip.files.Safetensors;
import io.tinyclip.model.Segment;
import io.tinyclip.model.VisionTransformer;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Positions resized, against what open_clip makes of them; scripts/reference/positions.py wrote the tensors. */
class PositionsParityTest {
    /** Of the largest value. */
    private static final float ROUNDING = 1e-6f;

    private static final int WIDTH = 3;
    private static final int PATCH = 2;

    @ParameterizedTest
    @CsvSource({"4, 7", "7, 4", "7, 12", "12, 5", "1, 3", "16, 14"})
    void resizedPositionsAreOpenClips(int before, int after) throws URISyntaxException {
        Path file = Path.of(Objects.requireNonNull(getClass().getResource("positions.safetensors"))
                .toURI());
        try (Safetensors reference = Safetensors.open(file)) {
            Model model = SmallModels.of(
                    new VisionTransformer(before * PATCH, PATCH, WIDTH, 1, List.of()),
                    SmallModels.uniform().shape().text());
            Segment positions = model.layout().segment("visual.positional_embedding");
            String name = before + "-" + after;
            model.vector().floats().put(positions.offset(), reference.floats(name + ".before"));
            Model resized = Models.withImageSize(model, after * PATCH);
            Segment other = resized.layout().segment("visual.positional_embedding");
            float[] found = resized.vector().range(other.offset(), other.end());
            float[] expected = reference.floats(name + ".after");
            float largest = 0;
            for (float value : expected) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertArrayEquals(expected, found, ROUNDING * largest);
        }
    }
}
