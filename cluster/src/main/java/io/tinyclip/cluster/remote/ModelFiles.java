package io.tinyclip.cluster.remote;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The files of a model at an address: those of its folder that tell what it is, and its weights, as safetensors where they are
 * there. A folder that cannot be listed is asked for the names that such files usually have.
 */
record ModelFiles(boolean folder, List<Blob> files) {
    private static final List<String> WEIGHTS = List.of(".safetensors", ".pt", ".pth", ".bin");
    private static final String SAFETENSORS = ".safetensors";
    private static final String INDEX = ".index.json";
    private static final List<String> TELLING = List.of(".json", ".txt");
    private static final List<String> USUAL = List.of(
            "config.json",
            "open_clip_config.json",
            "preprocessor_config.json",
            "processor_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "vocab.json",
            "merges.txt");
    private static final List<String> USUAL_WEIGHTS = List.of(
            "model.safetensors",
            "model.safetensors.index.json",
            "open_clip_model.safetensors",
            "open_clip_pytorch_model.safetensors",
            "pytorch_model.bin",
            "pytorch_model.bin.index.json",
            "open_clip_pytorch_model.bin",
            "open_clip_pytorch_model.pth");
    private static final int MOST_INDEX = 1 << 26;

    /** Finds out what is there, without the bytes. */
    static ModelFiles find(Store store, String location) throws IOException {
        String path = location.replaceFirst("[?#].*", "");
        if (WEIGHTS.stream().anyMatch(path::endsWith)) {
            return new ModelFiles(false, List.of(store.open(location)));
        }
        boolean http = Location.scheme(location).orElse("").startsWith("http");
        if (http && (!location.endsWith("/") || !path.equals(location))) {
            throw new InvalidInputException(
                    "model [" + Location.shown(location) + "] must be a file that ends in one of " + WEIGHTS
                            + ", or a folder, which ends in a slash and has no query");
        }
        String folder = location.replaceFirst("/*$", "/");
        List<Blob> found = http ? asked(store, folder) : listed(store, folder);
        if (found.stream().noneMatch(file -> isWeights(file.name()))) {
            throw new InvalidInputException("model [" + Location.shown(location)
                    + "] holds no weights, a file that ends in" + " one of " + WEIGHTS + "; check the address");
        }
        return new ModelFiles(true, found);
    }

    private static boolean isWeights(String name) {
        return WEIGHTS.stream().anyMatch(name::endsWith);
    }

    private static List<Blob> listed(Store store, String folder) throws IOException {
        List<String> names = new ArrayList<>();
        for (String location : store.list(folder)) {
            String name = location.substring(location.lastIndexOf('/') + 1);
            boolean direct = location.length() - name.length() == folder.length();
            if (direct && (isWeights(name) || TELLING.stream().anyMatch(name::endsWith))) {
                names.add(name);
            }
        }
        boolean safe = names.stream().anyMatch(name -> name.endsWith(SAFETENSORS));
        return names.stream()
                .filter(name -> !safe || name.endsWith(SAFETENSORS) || !isWeights(name))
                .map(name -> store.open(folder + name))
                .toList();
    }

    private static List<Blob> asked(Store store, String folder) throws IOException {
        List<Blob> found = new ArrayList<>();
        for (String name : USUAL) {
            addIfThere(found, store.open(folder + name));
        }
        for (String name : USUAL_WEIGHTS) {
            if (addIfThere(found, store.open(folder + name))) {
                if (name.endsWith(INDEX)) {
                    for (String part : parts(found.get(found.size() - 1))) {
                        found.add(store.open(folder + part));
                    }
                }
                return found;
            }
        }
        return found;
    }

    private static boolean addIfThere(List<Blob> found, Blob file) throws IOException {
        try {
            file.size();
            return found.add(file);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static TreeSet<String> parts(Blob index) throws IOException {
        if (index.size() > MOST_INDEX) {
            throw new RefusedException(
                    "[" + index.location() + "] has more than " + MOST_INDEX + " bytes; it is no index");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) index.size());
        index.read(0, bytes);
        TreeSet<String> parts = new TreeSet<>();
        try {
            JsonParser.parseString(new String(bytes.array(), StandardCharsets.UTF_8))
                    .getAsJsonObject()
                    .getAsJsonObject("weight_map")
                    .entrySet()
                    .forEach(entry -> parts.add(entry.getValue().getAsString()));
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new RefusedException("[" + index.location() + "] is no index of weights");
        }
        for (String part : parts) {
            if (!part.matches("[A-Za-z0-9._-]+") || !isWeights(part)) {
                throw new RefusedException(
                        "[" + index.location() + "] names [" + part + "], which is no file beside it");
            }
        }
        return parts;
    }
}
