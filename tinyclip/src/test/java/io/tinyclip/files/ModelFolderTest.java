package io.tinyclip.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.Shapes;
import io.tinyclip.model.SmallShapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFolderTest {
    private static final ModelShape SHAPE = Shapes.cut();
    private static final Layout LAYOUT = Model.layoutOf(SHAPE);

    @TempDir
    Path folder;

    private Model model;

    @BeforeEach
    void makeModel() {
        JsonObject provenance = new JsonObject();
        provenance.addProperty("command", "run <x> \u00e9");
        provenance.addProperty("seed", Long.MAX_VALUE);
        model = Model.of(SHAPE, FloatVector.of(Initialization.random(LAYOUT, 3)), Preprocessing.clip(8), provenance);
    }

    @Test
    void readsBackTheBitsItWrote() {
        ModelFolder.write(folder, model, StoredFloat.F32);
        Model read = ModelFolder.read(folder);
        assertEquals(SHAPE, read.shape());
        assertEquals(LAYOUT.hash(), read.layout().hash());
        assertArrayEquals(model.vector().toArray(), read.vector().toArray());
        assertEquals(model.preprocessing(), read.preprocessing());
        assertEquals(model.provenance(), read.provenance());
    }

    @Test
    void readsBackAResidualNetwork() {
        ModelShape shape = SmallShapes.resnet();
        float[] vector = Initialization.random(Model.layoutOf(shape), 3);
        Model resnet = Model.of(shape, FloatVector.of(vector), Preprocessing.clip(64), new JsonObject());
        ModelFolder.write(folder, resnet, StoredFloat.F32);
        Model read = ModelFolder.read(folder);
        assertEquals(shape, read.shape());
        assertArrayEquals(vector, read.vector().toArray());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'kind': 'vgg'; kind [vgg] must be resnet; a transformer has none",
                "'kind': 'resnet', 'imageSize': 65, 'width': 4, 'headWidth': 32, 'blocks': [1,1,1,1]; multiple of 32",
                "'kind': 'resnet', 'imageSize': 64, 'width': 4, 'headWidth': 32, 'blocks': [1,1,1]; four numbers",
                "'kind': 'resnet', 'imageSize': 64, 'width': 4, 'headWidth': 3, 'blocks': [1,1,1,1]; headWidth [3]",
                "'kind': 'resnet', 'patchSize': 8; unknown field [patchSize]"
            })
    void refusesAResidualNetworkThatCannotBe(String image, String complaint) {
        JsonObject json = ModelShapeJson.write(SmallShapes.resnet());
        json.add("image", JsonParser.parseString("{" + image.replace('\'', '"') + "}"));
        String message = assertThrows(
                        InvalidInputException.class, () -> ModelShapeJson.read(new JsonFields(json, "config.json")))
                .getMessage();
        assertTrue(message.startsWith("[config.json image]") && message.contains(complaint), message);
    }

    @Test
    void writesTheSameFilesFromTheSameModel() throws IOException {
        ModelFolder.write(folder.resolve("a"), model, StoredFloat.F32);
        ModelFolder.write(folder.resolve("b"), ModelFolder.read(folder.resolve("a")), StoredFloat.F32);
        for (String name : List.of(ModelFolder.TENSORS, ModelFolder.CONFIG)) {
            assertEquals(
                    -1,
                    Files.mismatch(
                            folder.resolve("a").resolve(name),
                            folder.resolve("b").resolve(name)));
        }
    }

    @Test
    void halvesAreWithinAHalfUnitOfTheLastPlace() {
        ModelFolder.write(folder, model, StoredFloat.F16);
        float[] halves = ModelFolder.read(folder).vector().toArray();
        for (int i = 0; i < halves.length; i++) {
            float exact = model.vector().get(i);
            assertEquals(exact, halves[i], Math.max(Math.abs(exact) * 0x1.0p-11f, 0x1.0p-25f));
        }
    }

    @Test
    void refusesATensorOfAnotherShape() {
        rewrite(tensor -> Optional.of(tensor.name().equals("visual.proj") ? List.of(3, 6) : tensor.shape()));
        assertRefused("tensor visual.proj]: expected shape [6, 3] by config.json, found [3, 6]");
    }

    @Test
    void refusesAMissingTensor() {
        rewrite(tensor ->
                Optional.of(tensor.shape()).filter(shape -> !tensor.name().equals("logit_scale")));
        assertRefused("tensor logit_scale]: expected shape [] by config.json, but it is not in the file");
    }

    @Test
    void refusesATensorThatTheConfigDoesNotKnow() throws IOException {
        ModelFolder.write(folder, model, StoredFloat.F32);
        edit("\"heads\": 2", "\"heads\": 0");
        assertRefused("visual.transformer.resblocks.0.attn.in_proj_bias]: is no part of the model");
    }

    @Test
    void refusesValuesThatAreNotFiniteByName() throws IOException {
        ModelFolder.write(folder, model, StoredFloat.F32);
        Path file = folder.resolve(ModelFolder.TENSORS);
        byte[] bytes = Files.readAllBytes(file);
        // The logit scale is the last tensor: its last byte completes 0x7F8..... or above, infinity or not a number.
        bytes[bytes.length - 1] = 0x7F;
        bytes[bytes.length - 2] = (byte) 0xC0;
        Files.write(file, bytes);
        assertRefused("tensor logit_scale]: value [NaN] at 0 must be finite");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"version\": 1 | \"version\": 2 | version [2] must be a whole number from 1 to 1",
                "\"tinyclip\" | \"clip\" | format [clip] must be tinyclip",
                "\"gelu\" | \"relu\" | activation [relu] must be gelu or quick_gelu",
                "\"patchSize\": 4 | \"patchSize\": 3 | patchSize [3] must divide imageSize [8]",
                "\"patchSize\": 4 | \"patchSize\": 0 | config.json image]: patchSize [0] must be a whole number from 1",
                "\"neurons\": 5 | \"neurons\": -5 | image layers.0]: neurons [-5]",
                "\"neurons\": 5 | \"neuron\": 5 | unknown field [neuron]; known are [heads, neurons]",
                "0.26862954 | 0 | positive too",
                "\"vocabulary\": 11 | \"vocabulary\": 1000000 | tensor token_embedding.weight]: expected shape [1000000, 5]",
                "\"embedding\": 3 | \"embedding\": 3, \"embedding\": 3 | name [embedding] twice",
                "\"contextLength\": 7, | '' | field [contextLength] is missing"
            })
    void refusesAConfigThatItCannotFollow(String from, String to, String reason) throws IOException {
        ModelFolder.write(folder, model, StoredFloat.F32);
        edit(from, to);
        assertRefused(reason);
    }

    @Test
    void refusesAModelThatNoVectorCanHold() throws IOException {
        ModelFolder.write(folder, model, StoredFloat.F32);
        edit("\"vocabulary\": 11,", "\"vocabulary\": 1048576,");
        edit("\"width\": 5,", "\"width\": 1048576,");
        assertRefused("at most 536870895 parameters, found 2^31 or more");
    }

    @Test
    void namesTheFileThatIsMissing() {
        assertRefused(ModelFolder.CONFIG);
    }

    private void rewrite(Function<Segment, Optional<List<Integer>>> shapeOf) {
        ModelFolder.write(folder, model, StoredFloat.F32);
        List<Tensor> tensors = new ArrayList<>();
        for (Segment segment : LAYOUT.segments()) {
            shapeOf.apply(segment)
                    .map(shape ->
                            new Tensor(segment.name(), shape, model.vector().floats(), segment.offset()))
                    .ifPresent(tensors::add);
        }
        SafetensorsWriter.write(folder.resolve(ModelFolder.TENSORS), tensors, StoredFloat.F32, Map.of());
    }

    private void edit(String from, String to) throws IOException {
        Path config = folder.resolve(ModelFolder.CONFIG);
        String text = Files.readString(config);
        assertTrue(text.contains(from), text);
        Files.writeString(config, text.replaceFirst(Pattern.quote(from), to));
    }

    private void assertRefused(String reason) {
        String message = assertThrows(InvalidInputException.class, () -> ModelFolder.read(folder))
                .getMessage();
        assertTrue(message.contains(reason), message);
    }
}
