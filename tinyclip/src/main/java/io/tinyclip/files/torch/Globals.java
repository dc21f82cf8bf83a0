package io.tinyclip.files.torch;

import static java.util.Map.entry;

import io.tinyclip.files.tensors.DataType;
import io.tinyclip.files.torch.Value.Global;
import io.tinyclip.files.torch.Value.Mapping;
import io.tinyclip.files.torch.Value.Opaque;
import io.tinyclip.files.torch.Value.Plain;
import io.tinyclip.files.torch.Value.Sequence;
import io.tinyclip.files.torch.Value.Storage;
import io.tinyclip.files.torch.Value.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes and functions that a pickle may name: a closed list, each done here. Nothing is ever looked up or run by
 * its name.
 */
final class Globals {
    /** How the classes of TorchScript modules begin. */
    static final String MODULE = "__torch__.";

    private static final String NAMESPACE = "argparse.Namespace";
    private static final String ORDERED = "collections.OrderedDict";
    private static final String DEFAULT = "collections.defaultdict";
    private static final int STORAGE_PARTS = 5;
    private static final int TENSOR_PARTS = 4;
    private static final int MOST_DIMENSIONS = 64;

    private static final Map<String, DataType> STORAGES = Map.ofEntries(
            entry("torch.FloatStorage", DataType.F32),
            entry("torch.HalfStorage", DataType.F16),
            entry("torch.BFloat16Storage", DataType.BF16),
            entry("torch.DoubleStorage", DataType.F64),
            entry("torch.LongStorage", DataType.I64),
            entry("torch.IntStorage", DataType.I32),
            entry("torch.ShortStorage", DataType.I16),
            entry("torch.CharStorage", DataType.I8),
            entry("torch.ByteStorage", DataType.U8),
            entry("torch.BoolStorage", DataType.BOOL),
            entry("torch.UntypedStorage", DataType.U8),
            entry("torch.storage.UntypedStorage", DataType.U8));
    private static final Set<String> CONTAINERS = Set.of(
            "torch.Size",
            "torch.device",
            "torch.jit._pickle.build_intlist",
            "torch.jit._pickle.build_tensorlist",
            "torch.jit._pickle.build_doublelist",
            "torch.jit._pickle.build_boollist",
            "torch.jit._pickle.restore_type_tag");
    /** What trainers keep beside the weights; what a call of theirs gives is passed over. */
    private static final Set<String> INERT = Set.of(
            "numpy.core.multiarray.scalar",
            "numpy._core.multiarray.scalar",
            "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray._reconstruct",
            "numpy.dtype",
            "numpy.ndarray",
            "_codecs.encode",
            "__builtin__.complex",
            "builtins.complex",
            "pathlib.PosixPath",
            "pathlib.PurePosixPath");

    private static final Set<String> SETS =
            Set.of("__builtin__.set", "builtins.set", "__builtin__.frozenset", "builtins.frozenset");
    /** What a defaultdict makes of a missing key; never called. */
    private static final Set<String> FACTORIES = Set.of(
            "__builtin__.dict",
            "builtins.dict",
            "__builtin__.list",
            "builtins.list",
            "__builtin__.int",
            "builtins.int",
            "__builtin__.float",
            "builtins.float");

    private static final Set<String> TENSORS = Set.of(
            "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter");
    private static final Set<String> TYPES = Set.of(
            "torch.float32",
            "torch.float16",
            "torch.bfloat16",
            "torch.float64",
            "torch.int64",
            "torch.int32",
            "torch.int16",
            "torch.int8",
            "torch.uint8",
            "torch.bool");

    /** All that a pickle may name besides objects. */
    private static final Set<String> KNOWN = Stream.of(
                    STORAGES.keySet(), CONTAINERS, INERT, SETS, FACTORIES, TENSORS, TYPES, Set.of(ORDERED, DEFAULT))
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private final boolean modules;
    private final Map<String, Storage> storages = new HashMap<>();

    /**
     * @param modules whether the file is a TorchScript archive, whose modules are objects of classes {@code __torch__...}
     */
    Globals(boolean modules) {
        this.modules = modules;
    }

    /** The storages that pickles have named so far, by key. */
    Map<String, Storage> storages() {
        return storages;
    }

    /** The class or function of that name, as {@code module.name}. */
    Global named(String name, PickleInput input) {
        if (!isObject(name) && !KNOWN.contains(name)) {
            throw input.invalid("names class [" + name + "], and only those of dense tensors and plain containers are"
                    + " read; if you trust the file, load it in PyTorch and save its state dict as safetensors");
        }
        return new Global(name);
    }

    /** An object whose attributes are still to come. */
    Mapping object(Global type, PickleInput input) {
        if (!isObject(type.name())) {
            throw unusable(type, input);
        }
        return new Mapping(type.name());
    }

    /** Whether a mapping of that kind has attributes; a dict's own attributes hold nothing that a model needs. */
    boolean isObject(String kind) {
        return kind.equals(NAMESPACE) || modules && kind.startsWith(MODULE);
    }

    /** What a call gives. */
    Value call(Global function, List<Value> arguments, PickleInput input) {
        String name = function.name();
        if (TENSORS.contains(name)) {
            return tensor(function, arguments, input);
        }
        if (CONTAINERS.contains(name) && !arguments.isEmpty()) {
            return arguments.get(0);
        }
        if (INERT.contains(name)) {
            return new Opaque();
        }
        if (SETS.contains(name)) {
            return arguments.isEmpty() ? new Sequence() : new Sequence(items(function, arguments.get(0), input));
        }
        if (name.equals(ORDERED)) {
            return mapping(function, arguments, input);
        }
        if (name.equals(DEFAULT)) {
            return mapping(function, arguments.stream().skip(1).toList(), input);
        }
        if (isObject(name)) {
            return new Mapping(name);
        }
        throw unusable(function, input);
    }

    private static Value tensor(Global function, List<Value> arguments, PickleInput input) {
        if (!arguments.isEmpty() && arguments.get(0) instanceof Tensor parameter) {
            return parameter;
        }
        if (arguments.size() >= TENSOR_PARTS
                && arguments.get(0) instanceof Storage storage
                && arguments.get(1) instanceof Plain offset
                && offset.value() instanceof Long first
                && arguments.get(2) instanceof Sequence shape
                && arguments.get(3) instanceof Sequence strides) {
            return new Tensor(storage, first, wholes(shape, input), wholes(strides, input));
        }
        throw unusable(function, input);
    }

    private static Mapping mapping(Global function, List<Value> arguments, PickleInput input) {
        Mapping mapping = new Mapping(function.name());
        if (arguments.isEmpty()) {
            return mapping;
        }
        for (Value item : items(function, arguments.get(0), input)) {
            if (!(item instanceof Sequence pair) || pair.items().size() != 2) {
                throw unusable(function, input);
            }
            mapping.put(pair.items().get(0), pair.items().get(1));
        }
        return mapping;
    }

    private static List<Value> items(Global function, Value argument, PickleInput input) {
        if (argument instanceof Sequence sequence) {
            return sequence.items();
        }
        throw unusable(function, input);
    }

    private static long[] wholes(Sequence numbers, PickleInput input) {
        if (numbers.items().size() > MOST_DIMENSIONS) {
            throw input.invalid("a tensor has " + numbers.items().size() + " dimensions, expected at most "
                    + MOST_DIMENSIONS + ": the file is damaged");
        }
        return numbers.items().stream()
                .mapToLong(number -> {
                    if (number instanceof Plain plain && plain.value() instanceof Long value) {
                        return value;
                    }
                    throw input.invalid("a tensor's shape and strides must be whole numbers: the file is damaged");
                })
                .toArray();
    }

    /** The storage that a persistent identifier means: {@code ("storage", class, key, device, count, view)}. */
    Storage storage(Value identifier, PickleInput input) {
        if (identifier instanceof Sequence sequence && sequence.items().size() >= STORAGE_PARTS) {
            List<Value> parts = sequence.items();
            boolean whole = parts.stream().skip(STORAGE_PARTS).allMatch(Opaque.class::isInstance);
            if (whole
                    && parts.get(0) instanceof Plain kind
                    && kind.value().equals("storage")
                    && parts.get(1) instanceof Global type
                    && STORAGES.containsKey(type.name())
                    && parts.get(2) instanceof Plain key
                    && parts.get(4) instanceof Plain count
                    && count.value() instanceof Long number) {
                Storage storage = new Storage(STORAGES.get(type.name()), String.valueOf(key.value()), number);
                storages.put(storage.key(), storage);
                return storage;
            }
        }
        throw input.invalid("a persistent identifier must be (\"storage\", class, key, device, count): the file is"
                + " damaged, or of a PyTorch before 0.4; load and save it with a newer one");
    }

    private static RuntimeException unusable(Global global, PickleInput input) {
        return input.invalid("[" + global.name() + "] is not used as PyTorch uses it: the file is damaged");
    }
}
