package io.tinyclip.formats.torchscript;

import io.tinyclip.model.Segment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a module of an archive holds under a name. */
sealed interface Attribute {
    /** An {@code int}. */
    record Whole(int value) implements Attribute {}

    /** A {@code bool}. */
    record Truth(boolean value) implements Attribute {}

    /** A tuple of {@code float}. */
    record Reals(List<Double> values) implements Attribute {
        public Reals {
            values = List.copyOf(values);
        }
    }

    /** A parameter. */
    record Tensor(Segment segment) implements Attribute {}

    /**
     * A module.
     *
     * @param type its class in the archive's source, which declares the same attributes
     * @param attributes in a fixed order, the order of {@code state_dict()}
     */
    record Module(String type, Map<String, Attribute> attributes) implements Attribute {
        public Module {
            attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        }
    }
}
