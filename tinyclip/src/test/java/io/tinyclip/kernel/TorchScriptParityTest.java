package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.tinyclip.engine.Script;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.files.Model;
import io.tinyclip.formats.torchscript.TorchScriptExport;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.Shapes;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.random.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an exported archive computes, against the kernel. */
class TorchScriptParityTest {
    private static final double WEIGHT = 0.3;
    /** The kernel computes its last layers at pooled tokens alone, which are other products. */
    private static final float ROUNDING = 2e-6f;

    @TempDir
    Path folder;

    static Stream<Arguments> modelsAndBatches() {
        return Stream.of(
                        Shapes.cut(),
                        Shapes.cut().withTokenRank(3),
                        SmallShapes.uneven(),
                        SmallShapes.middling(),
                        SmallShapes.resnet())
                .flatMap(shape -> Stream.of(Arguments.of(shape, 1), Arguments.of(shape, 5)));
    }

    @ParameterizedTest
    @MethodSource("modelsAndBatches")
    void archiveGivesTheKernelsEmbeddings(ModelShape shape, int batch) throws IOException {
        Model model = model(shape);
        Path file = folder.resolve(TorchScriptExport.FILE);
        TorchScriptExport.writeFile(model, file);
        try (TensorScope manager = Torch.newScope()) {
            Script archive = load(manager, file);
            ClipKernel.Batch in = batch(manager, model, batch);
            ClipKernel.Embeddings expected =
                    ClipKernel.compile(manager, model.layout(), Precision.FP32).encode(in);
            Tensor image = call(archive, "encode_image", in.pixels());
            Tensor text = call(archive, "encode_text", in.tokens());
            assertArrayEquals(new long[] {batch, shape.embedding()}, image.shape());
            assertArrayEquals(expected.image().floats(), image.floats(), ROUNDING);
            assertArrayEquals(expected.text().floats(), text.floats(), ROUNDING);
        }
    }

    @ParameterizedTest
    @MethodSource("modelsAndBatches")
    void logitsAreScaledCosines(ModelShape shape, int batch) throws IOException {
        Model model = model(shape);
        Path file = folder.resolve(TorchScriptExport.FILE);
        TorchScriptExport.writeFile(model, file);
        try (TensorScope manager = Torch.newScope()) {
            Script archive = load(manager, file);
            ClipKernel.Batch in = batch(manager, model, batch);
            float[] image = call(archive, "encode_image", in.pixels()).floats();
            float[] text = call(archive, "encode_text", in.tokens()).floats();
            List<Tensor> logits = archive.call(manager, "forward", in.pixels(), in.tokens());
            float[] ofImages = logits.get(0).floats();
            float[] ofTexts = logits.get(1).floats();
            double scale = Math.exp(
                    model.vector().get(model.layout().segment("logit_scale").offset()));
            int width = shape.embedding();
            for (int i = 0; i < batch; i++) {
                for (int j = 0; j < batch; j++) {
                    double cosine = 0;
                    for (int k = 0; k < width; k++) {
                        cosine += image[i * width + k] * text[j * width + k];
                    }
                    assertEquals(scale * cosine, ofImages[i * batch + j], 1e-5);
                    assertEquals(ofImages[i * batch + j], ofTexts[j * batch + i]);
                }
            }
        }
    }

    private static Script load(TensorScope manager, Path file) throws IOException {
        return manager.compile(Files.readAllBytes(file));
    }

    private static Tensor call(Script archive, String method, Tensor argument) {
        return archive.call(argument.scope(), method, argument).get(0);
    }

    private static Model model(ModelShape shape) {
        Layout layout = Model.layoutOf(shape);
        FloatVector vector = FloatVector.allocate(layout.size());
        for (Segment segment : layout.segments()) {
            boolean variance = segment.name().endsWith("running_var");
            for (int i = segment.offset(); i < segment.end(); i++) {
                double value = WEIGHT * Counter.normal(7, i);
                vector.floats().put(i, (float) (variance ? 1 + Math.abs(value) : value));
            }
        }
        return Model.of(shape, vector, Preprocessing.clip(shape.image().imageSize()), new JsonObject());
    }

    /** Texts of different lengths; the highest token, which ends them, may come again. */
    private static ClipKernel.Batch batch(TensorScope manager, Model model, int batch) {
        int size = model.shape().image().imageSize();
        int length = model.shape().text().contextLength() - 1;
        float[] pixels = new float[batch * 3 * size * size];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) Counter.normal(8, i);
        }
        int end = model.shape().text().vocabulary() - 1;
        long[] tokens = new long[batch * length];
        long[] ends = new long[batch];
        for (int i = 0; i < batch; i++) {
            ends[i] = i % length;
            for (int j = 0; j < length; j++) {
                tokens[i * length + j] = j < ends[i] ? (i + j) % end : end;
            }
        }
        return new ClipKernel.Batch(
                manager.over(model.vector().bytes(), model.vector().size()),
                manager.floats(pixels, batch, 3, size, size),
                manager.longs(tokens, batch, length),
                manager.longs(ends),
                manager.floats(new float[0]));
    }
}
