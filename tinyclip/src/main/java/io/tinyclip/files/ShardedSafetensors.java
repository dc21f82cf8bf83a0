package io.tinyclip.files;

import io.tinyclip.files.tensors.DataType;
import io.tinyclip.files.tensors.TensorFile;
import io.tinyclip.model.InvalidInputException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The safetensors files of a folder as one, as Hugging Face cuts large models: {@code model.safetensors.index.json} holds
 * {@code {"metadata": {}, "weight_map": {tensor: file}}}.
 */
public final class ShardedSafetensors implements TensorFile {
    /** The index's name in its folder. */
    public static final String INDEX = "model.safetensors.index.json";

    private static final String WEIGHT_MAP = "weight_map";

    private final Path index;
    private final Function<Path, ? extends TensorFile> opener;
    private final Map<String, TensorFile> files = new LinkedHashMap<>();
    private final Map<String, TensorFile> tensors = new LinkedHashMap<>();

    private ShardedSafetensors(Path index, Function<Path, ? extends TensorFile> opener) {
        this.index = index;
        this.opener = opener;
    }

    /**
     * Opens all files that an index names.
     *
     * @param index the index file
     * @throws InvalidInputException if it cannot be read, names a file outside its folder, one that is not there, or a
     *     tensor that its file does not hold
     */
    public static ShardedSafetensors open(Path index) {
        return open(index, Safetensors::open);
    }

    /** The same for shards of any format, each of which {@code opener} opens. */
    public static ShardedSafetensors open(Path index, Function<Path, ? extends TensorFile> opener) {
        JsonFields map = new JsonFields(StrictJson.read(index), index.toString()).object(WEIGHT_MAP);
        ShardedSafetensors opened = new ShardedSafetensors(index, opener);
        try {
            for (String tensor : map.object().keySet()) {
                opened.add(tensor, map.text(tensor));
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void add(String tensor, String name) {
        TensorFile file = files.computeIfAbsent(name, this::openFile);
        if (!file.names().contains(tensor)) {
            throw new InvalidInputException("[" + file.where() + " tensor " + tensor + "]: is not in the file, though ["
                    + index + "] says so; download both again");
        }
        tensors.put(tensor, file);
    }

    private TensorFile openFile(String name) {
        boolean plain = !name.isEmpty() && !name.startsWith(".") && name.matches("[\\w .()@+=-]+");
        Path file = index.resolveSibling(plain ? name : INDEX);
        if (!plain || !Files.isRegularFile(file)) {
            throw new InvalidInputException("[" + index + "]: " + WEIGHT_MAP + " names file [" + name
                    + "], expected a file in the same folder; put it there or correct the index");
        }
        return opener.apply(file);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public List<Long> shape(String name) {
        return file(name).shape(name);
    }

    @Override
    public DataType type(String name) {
        return file(name).type(name);
    }

    @Override
    public void read(String name, FloatBuffer target) {
        file(name).read(name, target);
    }

    @Override
    public String where() {
        return index.toString();
    }

    @Override
    public void close() {
        files.values().forEach(TensorFile::close);
    }

    private TensorFile file(String name) {
        TensorFile file = tensors.get(name);
        if (file == null) {
            throw new InvalidInputException("[" + index + " tensor " + name + "]: is not in the file");
        }
        return file;
    }
}
