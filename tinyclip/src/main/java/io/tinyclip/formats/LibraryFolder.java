package io.tinyclip.formats;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.files.JsonFields;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelVector;
import io.tinyclip.files.StrictJson;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VisionTransformer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads folders of Hugging Face's and OpenCLIP's. */
final class LibraryFolder {
    static final String PREPROCESSOR_CONFIG = "preprocessor_config.json";

    /** Where transformers 5 writes what a processor is made of; before, it had none of a picture in it. */
    private static final String PROCESSOR_CONFIG = "processor_config.json";

    private static final String IMAGE_PROCESSOR = "image_processor";

    private static final String POSITIONS = "visual.positional_embedding";

    private LibraryFolder() {}

    /** Reads the first of a folder's models, which is Hugging Face's. */
    static Model huggingFace(List<KnownFolder> folders) {
        KnownFolder folder = folders.get(0);
        ModelShape shape = HuggingFaceConfig.read(fields(folder.config()));
        Optional<TokenRows> cut = CutTable.beside(folder.config(), shape.text());
        int imageSize = shape.image().imageSize();
        Optional<JsonFields> described = preprocessing(folder.config());
        Preprocessing preprocessing = described
                .map(fields -> HuggingFacePreprocessing.read(fields, imageSize))
                .orElseGet(() -> HuggingFacePreprocessing.usual(imageSize));
        List<String> assumed = described.isPresent()
                ? List.of()
                : List.of("CLIP's preprocessing: there is no " + PREPROCESSOR_CONFIG + ", nor a " + PROCESSOR_CONFIG
                        + " with an " + IMAGE_PROCESSOR);
        try (ClipTensors tensors = ClipTensors.open(folder.tensors())) {
            FloatVector vector = ModelVector.read(
                    tensors,
                    ModelVector.layout(shape, folder.config().toString()),
                    folder.config().getFileName().toString());
            return Model.of(shape, vector, preprocessing, provenance(folders, assumed))
                    .withCut(cut);
        }
    }

    /** What the files beside a config say of pictures; of two that do the newer one's, as in the library. */
    private static Optional<JsonFields> preprocessing(Path config) {
        Path processor = config.resolveSibling(PROCESSOR_CONFIG);
        if (Files.isRegularFile(processor)) {
            JsonFields fields = fields(processor);
            if (new LibraryConfig(fields).says(IMAGE_PROCESSOR)) {
                return Optional.of(fields.object(IMAGE_PROCESSOR));
            }
        }
        Path preprocessor = config.resolveSibling(PREPROCESSOR_CONFIG);
        return Files.isRegularFile(preprocessor) ? Optional.of(fields(preprocessor)) : Optional.empty();
    }

    /** Reads the first of a folder's models, which is OpenCLIP's. */
    static Model openClip(List<KnownFolder> folders) {
        KnownFolder folder = folders.get(0);
        JsonFields config = fields(folder.config());
        ModelShape shape = OpenClipConfig.shape(config);
        Optional<TokenRows> cut = CutTable.beside(folder.config(), shape.text());
        Preprocessing preprocessing =
                OpenClipConfig.preprocessing(config, shape.image().imageSize());
        try (ClipTensors tensors = ClipTensors.open(folder.tensors())) {
            ModelShape stored = stored(shape, tensors);
            FloatVector vector = ModelVector.read(
                    tensors, ModelVector.layout(stored, folder.config().toString()), KnownFolder.OPEN_CLIP_CONFIG);
            if (stored.image().imageSize() != shape.image().imageSize()) {
                ModelVector.layout(shape, folder.config().toString());
                vector = Positions.resized(stored, vector, shape);
            }
            return Model.of(
                            shape,
                            vector,
                            preprocessing,
                            provenance(
                                    folders,
                                    OpenClipConfig.assumed(config, shape.image().imageSize())))
                    .withCut(cut);
        }
    }

    /** What a model's provenance says of its reading. */
    static JsonObject provenance(String format, Path tensors, List<String> others, List<String> assumed) {
        JsonObject read = new JsonObject();
        read.addProperty("format", format);
        read.addProperty("tensors", String.valueOf(tensors.getFileName()));
        read.add("notTaken", array(others));
        read.add("assumed", array(assumed));
        JsonObject provenance = new JsonObject();
        provenance.add("read", read);
        return provenance;
    }

    private static JsonObject provenance(List<KnownFolder> folders, List<String> assumed) {
        List<String> others = folders.stream()
                .skip(1)
                .map(other -> other.format().title() + "'s " + other.tensors().getFileName())
                .toList();
        KnownFolder taken = folders.get(0);
        return provenance(taken.format().title(), taken.tensors(), others, assumed);
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    private static JsonFields fields(Path file) {
        return new JsonFields(StrictJson.read(file), file.toString());
    }

    /** The shape at the grid that the weights have: OpenCLIP lets a config ask for another. */
    private static ModelShape stored(ModelShape shape, ClipTensors tensors) {
        if (!(shape.image() instanceof VisionTransformer image)
                || !tensors.names().contains(POSITIONS)) {
            return shape;
        }
        List<Long> found = tensors.shape(POSITIONS);
        long grid = found.isEmpty() ? 0 : Math.round(Math.sqrt(found.get(0) - 1.0));
        boolean square =
                grid >= 1 && grid * grid + 1 == found.get(0) && grid * image.patchSize() < LibraryConfig.LARGEST;
        return square ? Positions.withImageSize(shape, (int) grid * image.patchSize()) : shape;
    }
}
