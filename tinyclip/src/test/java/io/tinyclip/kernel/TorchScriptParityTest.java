package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.JsonObject;
import io.tinyclip.engine.Buffers;
import io.tinyclip.engine.ScriptArchive;
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
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
        return Stream.of(Shapes.cut(), SmallShapes.uneven(), SmallShapes.middling(), SmallShapes.resnet())
                .flatMap(shape -> Stream.of(Arguments.of(shape, 1), Arguments.of(shape, 5)));
    }

    @ParameterizedTest
    @MethodSource("modelsAndBatches")
    void archiveGivesTheKernelsEmbeddings(ModelShape shape, int batch) throws IOException {
        Model model = model(shape);
        Path file = folder.resolve(TorchScriptExport.FILE);
        TorchScriptExport.writeFile(model, file);
        try (NDManager manager = Torch.newManager()) {
            PtSymbolBlock archive = load(manager, file);
            ClipKernel.Batch in = batch(manager, model, batch);
            ClipKernel.Embeddings expected =
                    ClipKernel.compile(manager, model.layout(), Precision.FP32).encode(in);
            NDArray image = call(archive, "encode_image", in.pixels()).head();
            NDArray text = call(archive, "encode_text", in.tokens()).head();
            assertEquals(new Shape(batch, shape.embedding()), image.getShape());
            assertArrayEquals(expected.image().toFloatArray(), image.toFloatArray(), ROUNDING);
            assertArrayEquals(expected.text().toFloatArray(), text.toFloatArray(), ROUNDING);
        }
    }

    @ParameterizedTest
    @MethodSource("modelsAndBatches")
    void logitsAreScaledCosines(ModelShape shape, int batch) throws IOException {
        Model model = model(shape);
        Path file = folder.resolve(TorchScriptExport.FILE);
        TorchScriptExport.writeFile(model, file);
        try (NDManager manager = Torch.newManager()) {
            PtSymbolBlock archive = load(manager, file);
            ClipKernel.Batch in = batch(manager, model, batch);
            float[] image = call(archive, "encode_image", in.pixels()).head().toFloatArray();
            float[] text = call(archive, "encode_text", in.tokens()).head().toFloatArray();
            NDList logits = call(archive, "forward", in.pixels(), in.tokens());
            double scale = Math.exp(
                    model.vector().get(model.layout().segment("logit_scale").offset()));
            int width = shape.embedding();
            for (int i = 0; i < batch; i++) {
                for (int j = 0; j < batch; j++) {
                    double cosine = 0;
                    for (int k = 0; k < width; k++) {
                        cosine += image[i * width + k] * text[j * width + k];
                    }
                    assertEquals(scale * cosine, logits.get(0).getFloat(i, j), 1e-5);
                    assertEquals(logits.get(0).getFloat(i, j), logits.get(1).getFloat(j, i));
                }
            }
        }
    }

    private static PtSymbolBlock load(NDManager manager, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return JniUtils.loadModule((PtNDManager) manager, in, false, false);
        }
    }

    private static NDList call(PtSymbolBlock archive, String method, NDArray... arguments) {
        Torch.gradients(false);
        NDList in = new NDList(arguments);
        in.add(ScriptArchive.method(arguments[0], method));
        return IValueUtils.forward(archive, in, false);
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
    private static ClipKernel.Batch batch(NDManager manager, Model model, int batch) {
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
                Buffers.alias(
                        manager,
                        model.vector().bytes(),
                        new Shape(model.vector().size())),
                manager.create(pixels, new Shape(batch, 3, size, size)),
                manager.create(tokens, new Shape(batch, length)),
                manager.create(ends),
                manager.create(new float[0]));
    }
}
