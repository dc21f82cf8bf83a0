package io.tinyclip.formats;

import com.google.gson.JsonObject;
import io.tinyclip.files.JsonFields;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.StrictJson;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A model that a folder holds: a config of a known format, and weights beside it.
 *
 * @param tensors the file of weights, or the index of several
 */
record KnownFolder(Format format, Path config, Path tensors) {
    static final String HUGGING_FACE_CONFIG = "config.json";
    static final String OPEN_CLIP_CONFIG = "open_clip_config.json";
    static final String OPEN_CLIP_TENSORS = "open_clip_model.safetensors";

    /** Whose config it is. */
    enum Format {
        TINYCLIP("TinyCLIP", List.of(ModelFolder.TENSORS)),
        HUGGING_FACE(
                "Hugging Face",
                List.of(
                        "model.safetensors",
                        "model.safetensors.index.json",
                        "pytorch_model.bin",
                        "pytorch_model.bin.index.json")),
        OPEN_CLIP(
                "OpenCLIP",
                List.of(
                        OPEN_CLIP_TENSORS,
                        "open_clip_pytorch_model.safetensors",
                        "open_clip_pytorch_model.bin",
                        "open_clip_pytorch_model.pth",
                        "model.safetensors",
                        "pytorch_model.bin"));

        private static final List<Pattern> VARIANTS = Stream.of(
                        "model\\.\\w+\\.safetensors",
                        "model\\.safetensors\\.index\\.\\w+\\.json",
                        "pytorch_model\\.\\w+\\.bin",
                        "pytorch_model\\.bin\\.index\\.\\w+\\.json")
                .map(Pattern::compile)
                .toList();

        private final String title;
        private final List<String> tensors;

        Format(String title, List<String> tensors) {
            this.title = title;
            this.tensors = tensors;
        }

        /** Whether a file of that name is this format's weights; Hugging Face's may have a variant in it, such as fp16. */
        boolean knows(String name) {
            return tensors.contains(name)
                    || (this == HUGGING_FACE
                            && VARIANTS.stream().anyMatch(v -> v.matcher(name).matches()));
        }

        /**
         * The weights in a folder, plain ones first.
         *
         * @throws InvalidInputException if there are none but several variants
         */
        Optional<Path> tensors(Path folder) {
            Optional<Path> plain = tensors.stream()
                    .map(folder::resolve)
                    .filter(Files::isRegularFile)
                    .findFirst();
            return plain.isPresent() || this != HUGGING_FACE ? plain : variant(folder);
        }

        private static Optional<Path> variant(Path folder) {
            for (Pattern variant : VARIANTS) {
                List<Path> found = named(folder, variant);
                if (found.size() > 1) {
                    throw new InvalidInputException("[" + folder + "] has weights in several variants "
                            + found.stream().map(Path::getFileName).toList() + "; name the file to take");
                }
                if (!found.isEmpty()) {
                    return Optional.of(found.get(0));
                }
            }
            return Optional.empty();
        }

        private static List<Path> named(Path folder, Pattern pattern) {
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(file -> pattern.matcher(String.valueOf(file.getFileName()))
                                .matches())
                        .filter(Files::isRegularFile)
                        .sorted()
                        .toList();
            } catch (IOException e) {
                throw new InvalidInputException("cannot read folder [" + folder + "]: " + e + "; check the path", e);
            }
        }

        /** Its name, for people. */
        String title() {
            return title;
        }
    }

    /**
     * All models of a folder, the one to take first.
     *
     * @throws InvalidInputException if there is none, or a config is no JSON
     */
    static List<KnownFolder> in(Path folder) {
        List<Format> formats = formats(folder);
        List<KnownFolder> found = whole(folder, formats);
        if (found.isEmpty() && !formats.isEmpty()) {
            Format format = formats.get(0);
            throw new InvalidInputException("[" + folder + "] has " + format.title()
                    + "'s config but none of its weights " + format.tensors + "; put them there");
        }
        if (found.isEmpty()) {
            throw new InvalidInputException(unknown(folder));
        }
        return found;
    }

    /** The model whose weights a file is, where it lies in a folder of a known format and has a name of that format's. */
    static Optional<KnownFolder> around(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        Path name = file.getFileName();
        if (folder == null
                || name == null
                || Stream.of(Format.values()).noneMatch(format -> format.knows(name.toString()))) {
            return Optional.empty();
        }
        return formats(folder).stream()
                .filter(format -> format.knows(name.toString()))
                .map(format -> new KnownFolder(format, config(folder, format), file))
                .findFirst();
    }

    private static List<KnownFolder> whole(Path folder, List<Format> formats) {
        List<KnownFolder> found = new ArrayList<>();
        for (Format format : formats) {
            format.tensors(folder)
                    .ifPresent(tensors -> found.add(new KnownFolder(format, config(folder, format), tensors)));
        }
        return found;
    }

    private static Path config(Path folder, Format format) {
        return folder.resolve(format == Format.OPEN_CLIP ? OPEN_CLIP_CONFIG : HUGGING_FACE_CONFIG);
    }

    private static List<Format> formats(Path folder) {
        List<Format> formats = new ArrayList<>();
        config(folder).ifPresent(config -> {
            if (config.object().has("format")) {
                formats.add(Format.TINYCLIP);
            } else if (HuggingFaceConfig.recognise(config)) {
                formats.add(Format.HUGGING_FACE);
            }
        });
        if (Files.isRegularFile(folder.resolve(OPEN_CLIP_CONFIG))) {
            formats.add(Format.OPEN_CLIP);
        }
        return formats;
    }

    private static Optional<JsonFields> config(Path folder) {
        Path file = folder.resolve(HUGGING_FACE_CONFIG);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        JsonObject config = StrictJson.read(file);
        return Optional.of(new JsonFields(config, file.toString()));
    }

    private static String unknown(Path folder) {
        String found = config(folder)
                .flatMap(config -> new LibraryConfig(config).find("model_type"))
                .map(type -> "; its config.json is of a model_type " + type)
                .orElse("");
        return "[" + folder
                + "] holds no CLIP: expected a config.json of TinyCLIP's or of Hugging Face's CLIPModel, or an "
                + OPEN_CLIP_CONFIG + found + "; name a model's folder or a file of weights";
    }
}
