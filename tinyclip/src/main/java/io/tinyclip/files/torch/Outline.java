package io.tinyclip.files.torch;

import io.tinyclip.files.torch.Contents.Extent;
import io.tinyclip.files.torch.Value.Mapping;
import io.tinyclip.files.torch.Value.Plain;
import io.tinyclip.files.torch.Value.Sequence;
import io.tinyclip.files.torch.Value.Tensor;
import io.tinyclip.model.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of what a file holds: the keys on the way to it, joined by dots. Keys that are neither text nor whole number
 * lead nowhere.
 */
final class Outline {
    private static final int DEEPEST = 64;

    /** A few bytes of pickle can hold a container that holds another twice, and so on: 2^64 names. */
    private static final int MOST_LETTERS = 1 << 24;

    private final Contents contents;
    private final String where;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private final Map<String, Object> plain = new LinkedHashMap<>();
    private int letters;

    /** Names what is in a file; {@code where} is for complaints. */
    Outline(Contents contents, String where) {
        this.contents = contents;
        this.where = where;
        visit(contents.root(), "", 0);
    }

    /** In the file's order. */
    Map<String, StoredTensor> tensors() {
        return tensors;
    }

    /** Numbers, texts and truths, in the file's order. */
    Map<String, Object> plain() {
        return plain;
    }

    private void visit(Value value, String name, int depth) {
        if (depth > DEEPEST) {
            throw invalid(name, "lies more than " + DEEPEST + " containers deep; save the state dict alone");
        }
        if (value instanceof Tensor tensor) {
            add(tensor, name);
        } else if (value instanceof Plain text) {
            plain.putIfAbsent(name, text.value());
        } else if (value instanceof Mapping mapping) {
            boolean module = contents.modules() && mapping.kind().startsWith(Globals.MODULE);
            mapping.items().forEach((key, item) -> {
                if ((key instanceof String || key instanceof Long) && !(module && mayHoldTensors(item))) {
                    visit(item, join(name, key), depth + 1);
                }
            });
        } else if (value instanceof Sequence sequence) {
            List<Value> items = sequence.items();
            for (int i = 0; i < items.size(); i++) {
                visit(items.get(i), join(name, i), depth + 1);
            }
        }
    }

    /** A module's lists and dicts are no parameters: state_dict() leaves them out. Lists of numbers hold none. */
    private static boolean mayHoldTensors(Value value) {
        return value instanceof Sequence list && !list.items().stream().allMatch(Plain.class::isInstance)
                || value instanceof Mapping mapping && !mapping.kind().startsWith(Globals.MODULE);
    }

    private String join(String name, Object key) {
        String part = key.toString();
        letters += 1 + name.length() + part.length();
        if (letters < 0 || letters > MOST_LETTERS) {
            throw new InvalidInputException("[" + where + "]: the names of all values have more than " + MOST_LETTERS
                    + " letters; save the state dict alone");
        }
        return name.isEmpty() ? part : name + "." + part;
    }

    private void add(Tensor tensor, String name) {
        Extent extent = contents.storages().get(tensor.storage().key());
        if (extent == null) {
            throw invalid(name, "storage [" + tensor.storage().key() + "] is not in the file; get the file again");
        }
        StoredTensor stored = StoredTensor.of(tensor, extent, contents.order())
                .orElseThrow(() -> invalid(name, StoredTensor.complaint(tensor, extent)));
        if (tensors.put(name, stored) != null) {
            throw invalid(name, "is there twice; save the state dict alone");
        }
    }

    private InvalidInputException invalid(String name, String what) {
        return new InvalidInputException("[" + where + " tensor " + name + "]: " + what);
    }
}
