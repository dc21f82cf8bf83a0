package io.tinyclip.formats.torchscript;

import io.tinyclip.model.Layout;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A module of an archive: an object of a class in the archive's source, which declares the same attributes. Its tensors'
 * names in the layout begin with the way to it.
 */
final class ScriptModule implements Attribute {
    private final Layout layout;
    private final String path;
    private final String type;
    private final boolean sequence;
    private final Map<String, Attribute> attributes = new LinkedHashMap<>();

    private ScriptModule(Layout layout, String path, String type, boolean sequence) {
        this.layout = layout;
        this.path = path;
        this.type = type;
        this.sequence = sequence;
        // PyTorch's train() and eval() set it.
        set("training", new Truth(false));
    }

    /** A module that is in no other. */
    static ScriptModule root(Layout layout, String type) {
        return new ScriptModule(layout, "", type, false);
    }

    /** Adds a module and returns it. */
    ScriptModule add(String name, String type) {
        return add(name, type, false);
    }

    /** Adds a module whose class is no more than the modules in it, each taking what the one before gives. */
    ScriptModule addSequence(String name, String type) {
        return add(name, type, true);
    }

    private ScriptModule add(String name, String type, boolean sequence) {
        ScriptModule module = new ScriptModule(layout, path + name + ".", type, sequence);
        attributes.put(name, module);
        return module;
    }

    /** Gives this module the layout's tensors of these names. */
    ScriptModule tensors(String... names) {
        for (String name : names) {
            attributes.put(name, new Tensor(layout.segment(path + name)));
        }
        return this;
    }

    ScriptModule set(String name, int value) {
        return set(name, new Whole(value));
    }

    ScriptModule set(String name, boolean value) {
        return set(name, new Truth(value));
    }

    ScriptModule set(String name, Attribute value) {
        attributes.put(name, value);
        return this;
    }

    /** Its class. */
    String type() {
        return type;
    }

    /** Whether {@link #addSequence} made it. */
    boolean isSequence() {
        return sequence;
    }

    /** In the order in which they were added. */
    Map<String, Attribute> attributes() {
        return Collections.unmodifiableMap(attributes);
    }
}
