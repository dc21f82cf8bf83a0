package io.tinyclip.actors.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A field of a generated message, whose methods are looked up once. */
final class WireField {
    private static final String GENERATED = "io.tinyclip.proto.v1.";

    private final String name;
    private final boolean needed;
    private final WireValue value;
    private final WireCall get;
    private final WireCall set;
    private final Optional<WireCall> has;

    /** @param optional whether a message may do without it */
    WireField(FieldDescriptor field, boolean optional, WireValue value) {
        Class<?> message = generated(field.getContainingType().getName());
        Class<?> builder = generated(field.getContainingType().getName() + "$Builder");
        String word = Character.toUpperCase(field.getJsonName().charAt(0))
                + field.getJsonName().substring(1);
        // A number of an enum that is not known here can be told from a missing one.
        String whole = field.getJavaType() == JavaType.ENUM ? word + "Value" : word;
        this.name = field.getName();
        this.needed = field.hasPresence() && !optional;
        this.value = value;
        this.has = field.hasPresence() ? Optional.of(WireCall.method(message, "has" + word)) : Optional.empty();
        if (field.isMapField()) {
            this.get = WireCall.method(message, "get" + whole + "Map");
            this.set = WireCall.method(builder, "putAll" + whole, Map.class);
        } else if (field.isRepeated()) {
            this.get = WireCall.method(message, "get" + whole + "List");
            this.set = WireCall.method(builder, "addAll" + whole, Iterable.class);
        } else {
            this.get = WireCall.method(message, "get" + whole);
            this.set = WireCall.method(builder, "set" + whole, typeOf(field));
        }
    }

    /** An empty message of that name. */
    static Message message(String name) {
        return Internal.getDefaultInstance(generated(name).asSubclass(Message.class));
    }

    private static Class<?> generated(String name) {
        try {
            return Class.forName(GENERATED + name, true, WireField.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("there is no message [" + name + "] in the proto module", e);
        }
    }

    private static Class<?> typeOf(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT, ENUM -> int.class;
            case LONG -> long.class;
            case FLOAT -> float.class;
            case DOUBLE -> double.class;
            case BOOLEAN -> boolean.class;
            case STRING -> String.class;
            case BYTE_STRING -> ByteString.class;
            case MESSAGE -> generated(field.getMessageType().getName());
        };
    }

    /** How one of several records travels: as a message of one oneof. */
    static WireValue oneOf(Message empty, Map<Class<?>, WireField> alternatives) {
        return new WireValue(
                value -> {
                    Message.Builder to = empty.newBuilderForType();
                    Objects.requireNonNull(alternatives.get(value.getClass())).write(value, to);
                    return to.build();
                },
                wire -> alternatives.values().stream()
                        .filter(field -> field.isIn((Message) wire))
                        .findFirst()
                        .map(field -> field.read((Message) wire))
                        .orElseThrow(() -> new IllegalArgumentException(
                                "[" + empty.getDescriptorForType().getName() + "] has none of its alternatives")));
    }

    void write(Object from, Message.Builder to) {
        set.on(to, value.write().apply(from));
    }

    boolean isIn(Message message) {
        return has.isEmpty() || (Boolean) has.get().on(message);
    }

    /** @throws IllegalArgumentException if the field is missing, or holds no value of its type */
    Object read(Message from) {
        if (needed && !isIn(from)) {
            throw new IllegalArgumentException("[" + name + "] is missing");
        }
        return value.read().apply(get.on(from));
    }
}
