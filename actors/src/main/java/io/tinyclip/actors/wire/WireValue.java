package io.tinyclip.actors.wire;

import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * How a value travels.
 *
 * @param write to what protobuf has for it
 * @param read back; refuses with an IllegalArgumentException what cannot be it
 */
record WireValue(UnaryOperator<Object> write, UnaryOperator<Object> read) {
    static final WireValue SAME = new WireValue(UnaryOperator.identity(), UnaryOperator.identity());

    static <T, W> WireValue of(Class<T> type, Function<T, W> write, Class<W> wire, Function<W, T> read) {
        return new WireValue(value -> write.apply(type.cast(value)), value -> read.apply(wire.cast(value)));
    }

    /** This value, once another has made of it what it knows. */
    WireValue after(WireValue outer) {
        return new WireValue(
                value -> write.apply(outer.write.apply(value)), value -> outer.read.apply(read.apply(value)));
    }
}
