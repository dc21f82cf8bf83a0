package io.tinyclip.actors.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Optional;

/** How a record travels as the message whose fields have the names of its components. */
final class WireRecord {
    /** A component and its field. @param optional whether the component is an {@link Optional} */
    record Slot(WireCall component, WireField field, boolean optional) {}

    private final Message empty;
    private final List<Slot> slots;
    private final WireCall constructor;

    /** @param slots in the order of the components */
    WireRecord(Class<?> type, Message empty, List<Slot> slots) {
        this.empty = empty;
        this.slots = List.copyOf(slots);
        this.constructor = WireCall.constructor(type);
    }

    WireValue asValue() {
        return new WireValue(this::write, wire -> read((Message) wire));
    }

    byte[] toBytes(Object message) {
        return write(message).toByteArray();
    }

    /** @throws IllegalArgumentException if a field is missing, or holds what its record refuses */
    Object fromBytes(byte[] bytes) throws InvalidProtocolBufferException {
        return read(empty.getParserForType().parseFrom(bytes));
    }

    private Message write(Object from) {
        Message.Builder to = empty.newBuilderForType();
        for (Slot slot : slots) {
            Object component = slot.component.on(from);
            if (!slot.optional) {
                slot.field.write(component, to);
            } else {
                ((Optional<?>) component).ifPresent(value -> slot.field.write(value, to));
            }
        }
        return to.build();
    }

    private Object read(Message from) {
        Object[] components = new Object[slots.size()];
        for (int i = 0; i < components.length; i++) {
            components[i] = component(slots.get(i), from);
        }
        return constructor.on((Object) components);
    }

    private static Object component(Slot slot, Message from) {
        if (!slot.optional) {
            return slot.field.read(from);
        }
        return slot.field.isIn(from) ? Optional.of(slot.field.read(from)) : Optional.empty();
    }
}
