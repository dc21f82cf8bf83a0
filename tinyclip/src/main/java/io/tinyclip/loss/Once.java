package io.tinyclip.loss;

import java.util.Optional;
import java.util.function.Supplier;

/** A value that is made by whoever asks first, while others wait. */
final class Once<T> {
    private Optional<T> value = Optional.empty();

    synchronized T get(Supplier<T> make) {
        if (value.isEmpty()) {
            value = Optional.of(make.get());
        }
        return value.get();
    }
}
