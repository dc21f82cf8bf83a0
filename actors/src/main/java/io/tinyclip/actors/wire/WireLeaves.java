package io.tinyclip.actors.wire;

import akka.actor.typed.ActorRef;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What travels by a rule of its own: numbers, texts, actors, arrays; and what stands in for a class that is no record. */
final class WireLeaves {
    /** Writes the addresses of actors, and finds the actors again. */
    record Refs(Function<ActorRef<?>, String> write, Function<String, ActorRef<?>> read) {}

    /** What a layout is made from: it travels in the place of the layout, whose segments would be much more. */
    private record Made(ModelShape shape, int tokenRows, boolean masked, boolean logitScaleLearned, String sha256) {
        static Made of(Layout layout) {
            return new Made(
                    layout.shape(), layout.tokenRows(), layout.masked(), layout.logitScaleLearned(), layout.hash());
        }

        Layout layout() {
            Layout layout = Layout.of(shape, tokenRows, masked, logitScaleLearned);
            if (!layout.hash().equals(sha256)) {
                throw new IllegalArgumentException("layout [" + sha256 + "] is laid out as [" + layout.hash()
                        + "] here; run the same version on every machine");
            }
            return layout;
        }
    }

    private record Leaf(JavaType type, boolean repeated, WireValue value) {}

    private record StandIn(Class<? extends Record> type, WireValue value) {}

    private final Map<Class<?>, Leaf> leaves = new HashMap<>();
    private final Map<Class<?>, StandIn> standIns = new HashMap<>();

    WireLeaves(Refs refs) {
        one(JavaType.INT, WireValue.SAME, int.class, Integer.class);
        one(JavaType.LONG, WireValue.SAME, long.class, Long.class);
        one(JavaType.FLOAT, WireValue.SAME, float.class, Float.class);
        one(JavaType.DOUBLE, WireValue.SAME, double.class, Double.class);
        one(JavaType.BOOLEAN, WireValue.SAME, boolean.class, Boolean.class);
        one(JavaType.STRING, WireValue.SAME, String.class);
        one(
                JavaType.STRING,
                new WireValue(ref -> refs.write.apply((ActorRef<?>) ref), text -> refs.read.apply((String) text)),
                ActorRef.class);
        one(
                JavaType.BYTE_STRING,
                WireValue.of(int[].class, WireLeaves::bits, ByteString.class, WireLeaves::indices),
                int[].class);
        leaves.put(double[].class, new Leaf(JavaType.DOUBLE, true, doubles()));
        leaves.put(float[].class, new Leaf(JavaType.FLOAT, true, floats()));
        standIns.put(
                Layout.class, new StandIn(Made.class, WireValue.of(Layout.class, Made::of, Made.class, Made::layout)));
    }

    private void one(JavaType wire, WireValue value, Class<?>... types) {
        for (Class<?> type : types) {
            leaves.put(type, new Leaf(wire, false, value));
        }
    }

    /** How a leaf travels in a field; empty where the field is of another type. */
    Optional<WireValue> value(Class<?> type, FieldDescriptor field, boolean repeated) {
        return Optional.ofNullable(leaves.get(type))
                .filter(leaf -> leaf.type == field.getJavaType() && leaf.repeated == repeated)
                .map(Leaf::value);
    }

    /** The record that travels in the place of a type: mostly itself. */
    Class<?> recordFor(Class<?> type) {
        return Optional.ofNullable(standIns.get(type))
                .<Class<?>>map(StandIn::type)
                .orElse(type);
    }

    /** Turns a value of the type into the record that travels, and back. */
    WireValue standingIn(Class<?> type) {
        return Optional.ofNullable(standIns.get(type)).map(StandIn::value).orElse(WireValue.SAME);
    }

    private static WireValue doubles() {
        return new WireValue(array -> Arrays.stream((double[]) array).boxed().toList(), list -> ((List<?>) list)
                .stream().mapToDouble(it -> (Double) it).toArray());
    }

    private static WireValue floats() {
        return new WireValue(
                array -> {
                    float[] floats = (float[]) array;
                    Float[] boxed = new Float[floats.length];
                    Arrays.setAll(boxed, i -> floats[i]);
                    return Arrays.asList(boxed);
                },
                list -> {
                    float[] floats = new float[((List<?>) list).size()];
                    int i = 0;
                    for (Object value : (List<?>) list) {
                        floats[i++] = (Float) value;
                    }
                    return floats;
                });
    }

    /** Whole numbers travel as bits, which is much shorter for units that are kept. */
    private static ByteString bits(int[] ascending) {
        BitSet bits = new BitSet();
        for (int index : ascending) {
            if (index < bits.length()) {
                throw new IllegalArgumentException("[" + index + "] does not ascend, which bits cannot say");
            }
            bits.set(index);
        }
        return ByteString.copyFrom(bits.toByteArray());
    }

    private static int[] indices(ByteString bits) {
        return BitSet.valueOf(bits.toByteArray()).stream().toArray();
    }
}
