package io.tinyclip.formats;

import io.tinyclip.files.tensors.DataType;
import io.tinyclip.files.tensors.TensorFile;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tensors of a CLIP under our names and in our shapes, whatever library wrote the file. Values pass through as they
 * are; a transposed tensor is turned tile by tile, outside the heap.
 */
final class ClipTensors implements TensorFile {
    private static final String LOGIT_SCALE = "logit_scale";
    private static final Pattern HALF = Pattern.compile("(.*\\.resblocks\\.\\d+\\.)(attn|mlp)\\..+");

    private final TensorFile file;
    private final boolean huggingFace;
    private final boolean openAi;
    private final boolean towersApart;
    /** Names without wrappings, to names in the file. */
    private final Map<String, String> inFile;

    private final Map<String, Origin> origins = new LinkedHashMap<>();
    private final Map<String, Long> zeros = new LinkedHashMap<>();

    /**
     * Opens a file of any format.
     *
     * @throws InvalidInputException if it is none of tensors, damaged, or holds a tensor twice
     */
    static ClipTensors open(Path path) {
        TensorFile file = TensorFiles.open(path);
        try {
            return new ClipTensors(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private ClipTensors(TensorFile file) {
        this.file = file;
        StateDict state = StateDict.of(file);
        this.openAi = state.takeOpenAiSizes();
        this.towersApart = state.towersApart();
        this.inFile = state.names();
        this.huggingFace = inFile.keySet().stream().anyMatch(HuggingFaceNames::recognise);
        for (String name : inFile.keySet()) {
            String ours = huggingFace ? HuggingFaceNames.ours(name) : name;
            origins.computeIfAbsent(ours, this::origin);
        }
        if (towersApart) {
            dropEmptyHalves();
        }
    }

    /** Whether names are Hugging Face's. */
    boolean huggingFace() {
        return huggingFace;
    }

    /** Whether it is an archive as OpenAI published them. */
    boolean openAi() {
        return openAi;
    }

    /** Whether the file is of TinyCLIP's authors, whose code leaves halves of layers out. */
    boolean towersApart() {
        return towersApart;
    }

    /**
     * What the file says of a tower besides its tensors, in the first name with that beginning and end: the TorchScript
     * archives that we write have each layer's numbers.
     */
    Optional<Object> said(String prefix, String suffix) {
        return file.scalars().entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(prefix) && entry.getKey().endsWith(suffix))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** All that the file says besides its tensors, under the file's own names. */
    Map<String, Object> said() {
        return file.scalars();
    }

    /** Adds a vector of zeros, which the file leaves out. */
    void addZeros(String name, long count) {
        zeros.put(name, count);
        origins.put(name, new Origin(List.of(), false));
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(origins.keySet());
    }

    @Override
    public List<Long> shape(String name) {
        Long zeroCount = zeros.get(name);
        if (zeroCount != null) {
            return List.of(zeroCount);
        }
        Origin origin = known(name);
        List<Long> shape = new ArrayList<>(file.shape(inFile(origin.names().get(0))));
        if (origin.transposed()) {
            Collections.reverse(shape);
        }
        for (String part : origin.names().subList(1, origin.names().size())) {
            stack(shape, part);
        }
        return name.equals(LOGIT_SCALE) && shape.equals(List.of(1L)) ? List.of() : List.copyOf(shape);
    }

    /** Of stacked tensors the first type that cannot be read, if there is one. */
    @Override
    public DataType type(String name) {
        return known(name).names().stream()
                .map(part -> file.type(inFile(part)))
                .reduce(DataType.F32, (one, other) -> one.isFloat() ? other : one);
    }

    @Override
    public void read(String name, FloatBuffer target) {
        Origin origin = known(name);
        if (origin.transposed()) {
            readTransposed(origin.names().get(0), target);
            return;
        }
        for (String part : origin.names()) {
            file.read(inFile(part), target);
        }
        for (long i = zeros.getOrDefault(name, 0L); i > 0; i--) {
            target.put(0);
        }
    }

    @Override
    public String where() {
        return file.where();
    }

    @Override
    public String nameInFile(String name) {
        return String.join(
                " + ", origin(name).names().stream().map(this::inFile).toList());
    }

    @Override
    public void close() {
        file.close();
    }

    /** The complaint about a tensor of ours. */
    InvalidInputException invalid(String name, String what) {
        return new InvalidInputException("[" + where() + " tensor " + nameInFile(name) + "]: " + what);
    }

    /** The same, with what led to it. */
    InvalidInputException invalid(String name, String what, Throwable cause) {
        return new InvalidInputException("[" + where() + " tensor " + nameInFile(name) + "]: " + what, cause);
    }

    private Origin origin(String ours) {
        return huggingFace ? HuggingFaceNames.origin(ours) : Origin.same(ours);
    }

    private String inFile(String name) {
        return inFile.getOrDefault(name, name);
    }

    private Origin known(String name) {
        Origin origin = origins.get(name);
        if (origin == null) {
            throw invalid(name, "is not in the file, so it is no CLIP that can be read; " + remedy(name));
        }
        for (String part : origin.names()) {
            if (!inFile.containsKey(part)) {
                throw new InvalidInputException("[" + where() + " tensor " + part
                        + "]: is not in the file, but expected beside " + nameInFile(name) + "; get the file again");
            }
        }
        return origin;
    }

    /** Where a tensor is there behind the name of a module that is not known, that is what is wrong. */
    private String remedy(String name) {
        return Stream.of(List.of(name), HuggingFaceNames.origin(name).names())
                .flatMap(List::stream)
                .flatMap(wanted -> file.names().stream().filter(found -> found.endsWith("." + wanted)))
                .findFirst()
                .map(found -> "found it as [" + found
                        + "]: save the state dict of the CLIP itself, not of the module around it")
                .orElse("check the path");
    }

    /** Adds the rows of a part to those before it. */
    private void stack(List<Long> shape, String part) {
        List<Long> other = file.shape(inFile(part));
        boolean fits = !shape.isEmpty()
                && shape.get(0) <= LibraryConfig.LARGEST
                && other.size() == shape.size()
                && other.get(0) <= LibraryConfig.LARGEST
                && other.subList(1, other.size()).equals(shape.subList(1, shape.size()));
        if (!fits) {
            throw new InvalidInputException("[" + where() + " tensor " + inFile(part) + "]: expected a shape like "
                    + shape + " of the tensors it is stacked with, found " + other);
        }
        shape.set(0, shape.get(0) + other.get(0));
    }

    private void readTransposed(String part, FloatBuffer target) {
        List<Long> shape = file.shape(inFile(part));
        int rows = Math.toIntExact(shape.get(0));
        int columns = Math.toIntExact(shape.get(1));
        FloatVector stored = FloatVector.allocate(Math.multiplyExact(rows, columns));
        file.read(inFile(part), stored.floats());
        Transpose.copy(stored.floats(), rows, columns, target);
    }

    /** TinyCLIP's code keeps tensors without values, and their layer norm, where it has cut all heads or neurons. */
    private void dropEmptyHalves() {
        for (String name : List.copyOf(origins.keySet())) {
            Matcher half = HALF.matcher(name);
            if (half.matches() && origins.containsKey(name) && shape(name).contains(0L)) {
                String norm = half.group(1) + (half.group(2).equals("mlp") ? "ln_2." : "ln_1.");
                origins.keySet().removeAll(List.of(name, norm + "weight", norm + "bias"));
            }
        }
    }
}
