package io.tinyclip.formats;

import io.tinyclip.files.Model;
import io.tinyclip.files.ModelVector;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.ModelShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads files of weights that have no config beside them. */
final class WeightsAlone {
    private WeightsAlone() {}

    static Model read(Path file, ReadOptions options) {
        try (ClipTensors tensors = ClipTensors.open(file)) {
            Activation activation = options.activation().or(() -> said(tensors)).orElseGet(() -> usual(tensors));
            ModelShape shape = InferredShape.of(tensors, activation, options.headWidth());
            FloatVector vector =
                    ModelVector.read(tensors, ModelVector.layout(shape, file.toString()), "its other tensors");
            int imageSize = shape.image().imageSize();
            Optional<Preprocessing> preprocessing = SaidPreprocessing.of(tensors, imageSize);
            List<String> assumed = new ArrayList<>(assumed(tensors, shape, options));
            if (preprocessing.isEmpty()) {
                assumed.add("CLIP's preprocessing");
            }
            return Model.of(
                    shape,
                    vector,
                    preprocessing.orElseGet(() -> Preprocessing.clip(imageSize)),
                    LibraryFolder.provenance(format(tensors), file, List.of(), assumed));
        }
    }

    private static Optional<Activation> said(ClipTensors tensors) {
        return tensors.said("", ".mlp.quick_gelu")
                .map(quick -> quick.equals(true) ? Activation.QUICK_GELU : Activation.GELU);
    }

    /** As the libraries do that have such files: only OpenAI's models and Hugging Face's default are QuickGELU. */
    private static Activation usual(ClipTensors tensors) {
        return tensors.openAi() || tensors.huggingFace() ? Activation.QUICK_GELU : Activation.GELU;
    }

    private static String format(ClipTensors tensors) {
        String names = tensors.towersApart() ? "TinyCLIP" : tensors.huggingFace() ? "Hugging Face" : "OpenCLIP";
        return tensors.openAi() ? "archive of OpenAI" : "weights with names of " + names;
    }

    private static List<String> assumed(ClipTensors tensors, ModelShape shape, ReadOptions options) {
        List<String> assumed = new ArrayList<>();
        if (options.activation().or(() -> said(tensors)).isEmpty()) {
            assumed.add("activation " + shape.activation().name().toLowerCase(Locale.ROOT));
        }
        if (options.headWidth().isEmpty()
                && InferredShape.saidHeadWidth(tensors, "").isEmpty()) {
            assumed.add("a head for every " + InferredShape.HEAD_WIDTH + " channels");
        }
        return assumed;
    }
}
