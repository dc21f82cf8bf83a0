package io.tinyclip.formats.torchscript;

import io.tinyclip.model.Segment;
import java.util.List;

/** What a module of an archive holds under a name: another module, a tensor, numbers or a text. */
sealed interface Attribute
        permits ScriptModule, Attribute.Tensor, Attribute.Whole, Attribute.Truth, Attribute.Text, Attribute.Reals {
    /** A parameter or buffer. */
    record Tensor(Segment segment) implements Attribute {}

    /** An {@code int}. */
    record Whole(int value) implements Attribute {}

    /** A {@code bool}. */
    record Truth(boolean value) implements Attribute {}

    /** A {@code str}. */
    record Text(String value) implements Attribute {}

    /** A tuple of {@code float}. */
    record Reals(List<Double> values) implements Attribute {
        public Reals {
            values = List.copyOf(values);
        }
    }
}
