package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The towers against tensors that OpenAI's own code wrote (npm package modelzoo, test/clip_data.json). */
class OpenAiParityTest {
    private static final TextTower SMALLEST_TEXT = new TextTower(2, 2, 2, 1, List.of());
    private static final double TOLERANCE = 1e-5;

    @Test
    void tinyVisionTransformerIsExact() throws IOException {
        Fixture fixture = Fixture.read("openai-tiny-vit");
        LayerShape layer = new LayerShape(2, 16);
        VisionTransformer tower = new VisionTransformer(32, 2, 4, 2, List.of(layer, layer));
        ModelShape shape = new ModelShape(8, Activation.QUICK_GELU, tower, SMALLEST_TEXT);
        Layout layout = Layout.of(shape, 2, false, false);
        try (TensorScope manager = Torch.newScope()) {
            Tensor weights = manager.floats(fixture.vector(layout, "visual."));
            Tensor input = manager.floats(fixture.get("input"), 1, 3, 32, 32);
            float[] actual = ClipKernel.compile(manager, layout, Precision.FP32)
                    .image(weights, input)
                    .floats();
            assertClose(unit(fixture.get("output")), actual);
        }
    }

    @Test
    void attentionBlockIsExact() throws IOException {
        Fixture fixture = Fixture.read("openai-attention-block");
        VisionTransformer tower = new VisionTransformer(1, 1, 8, 4, List.of(new LayerShape(2, 32)));
        Layout layout = Layout.of(new ModelShape(1, Activation.QUICK_GELU, tower, SMALLEST_TEXT), 2, false, false);
        String block = "  def block(self: __torch__.K, x: Tensor, w: Tensor) -> Tensor:\n"
                + "    h = torch.split_with_sizes(w, self.pieces())\n"
                + "    none = annotate(List[Tensor], [])\n"
                + "    every = torch.arange(4, dtype=4, device=x.device)\n"
                + "    return self.layers(x, h, h, h, self.image_layers(), w, [1, 4], every, [none, none])\n";
        try (TensorScope manager = Torch.newScope()) {
            Script kernel = ScriptArchive.compile(manager, KernelSource.of(layout, Precision.FP32) + "\n" + block);
            Tensor input = manager.floats(fixture.get("input"), 4, 8);
            Tensor weights = manager.floats(fixture.vector(layout, "visual.transformer.resblocks.0."));
            assertClose(
                    fixture.get("output"),
                    kernel.call(manager, "block", input, weights).get(0).floats());
        }
    }

    private static void assertClose(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        assertTrue(difference <= TOLERANCE * largest, "difference " + difference + " of " + largest);
    }

    private static float[] unit(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += value * value;
        }
        float[] unit = new float[values.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (values[i] / Math.sqrt(squares));
        }
        return unit;
    }

    /** Tensors by name. */
    private record Fixture(Map<String, float[]> tensors) {
        static Fixture read(String name) throws IOException {
            JsonObject head = JsonParser.parseString(new String(bytes(name + ".json"), StandardCharsets.UTF_8))
                    .getAsJsonObject();
            ByteBuffer data = ByteBuffer.wrap(bytes(name + ".f32")).order(ByteOrder.LITTLE_ENDIAN);
            Map<String, float[]> tensors = new HashMap<>();
            for (JsonElement element : head.getAsJsonArray("tensors")) {
                JsonObject tensor = element.getAsJsonObject();
                int count = 1;
                for (JsonElement dimension : tensor.getAsJsonArray("shape")) {
                    count *= dimension.getAsInt();
                }
                float[] values = new float[count];
                data.asFloatBuffer().get(tensor.get("offset").getAsInt(), values);
                tensors.put(tensor.get("name").getAsString(), values);
            }
            return new Fixture(tensors);
        }

        private static byte[] bytes(String name) throws IOException {
            try (InputStream in = OpenAiParityTest.class.getResourceAsStream(name)) {
                return in.readAllBytes();
            }
        }

        float[] get(String name) {
            float[] values = tensors.get(name);
            if (values == null) {
                throw new IllegalArgumentException("no tensor [" + name + "] in " + tensors.keySet());
            }
            return values;
        }

        /** The vector whose segments under the prefix hold the fixture's tensors. */
        float[] vector(Layout layout, String prefix) {
            float[] vector = new float[layout.size()];
            List<String> used = new ArrayList<>(List.of("input", "output"));
            for (Segment segment : layout.segments()) {
                String name = segment.name().startsWith(prefix) ? segment.name().substring(prefix.length()) : "";
                if (tensors.containsKey(name)) {
                    assertEquals(segment.count(), get(name).length, name);
                    System.arraycopy(get(name), 0, vector, segment.offset(), segment.count());
                    used.add(name);
                }
            }
            assertEquals(tensors.size(), used.size(), "tensors without a place in the layout");
            return vector;
        }
    }
}
