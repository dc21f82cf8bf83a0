package io.tinyclip.engine;

import java.util.List;

/** What a script's method takes: a tensor, or a list of tensors. */
public interface Argument {
    /** TorchScript's {@code List[Tensor]}. */
    record Tensors(List<Tensor> all) implements Argument {
        public Tensors {
            all = List.copyOf(all);
        }
    }

    static Argument list(List<Tensor> tensors) {
        return new Tensors(tensors);
    }
}
