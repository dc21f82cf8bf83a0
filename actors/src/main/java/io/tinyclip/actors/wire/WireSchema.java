package io.tinyclip.actors.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Derives from a record and the message of the same shape how the one travels as the other, and collects in what they
 * differ.
 *
 * <p>A component {@code logSumExps} is the field {@code log_sum_exps}. Records are messages, a sealed interface is a
 * message of one oneof with a field for each record, an enum has a number for each constant and an unspecified one,
 * lists and sets are repeated, and what is {@link Optional} is a field with presence. The rest is {@link WireLeaves}.
 */
final class WireSchema {
    private final WireLeaves leaves;
    private final List<String> problems = new ArrayList<>();

    WireSchema(WireLeaves leaves) {
        this.leaves = leaves;
    }

    /** In what records and messages differ so far, a sentence each. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    void report(String problem) {
        problems.add(problem);
    }

    /** How a record travels as a message; where they differ there is a problem, and it must not be used. */
    WireRecord record(Class<?> type, Message message) {
        Map<String, FieldDescriptor> fields = new LinkedHashMap<>();
        message.getDescriptorForType().getFields().forEach(field -> fields.put(field.getJsonName(), field));
        List<WireRecord.Slot> slots = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Optional.ofNullable(fields.remove(component.getName()))
                    .ifPresentOrElse(
                            field -> slots.add(slot(component, field)),
                            () -> report(nameOf(component) + " has no field in message ["
                                    + message.getDescriptorForType().getName() + "]"));
        }
        fields.values()
                .forEach(field -> report(
                        "field [" + field.getFullName() + "] has no component in [" + type.getSimpleName() + "]"));
        return new WireRecord(type, message, slots);
    }

    private WireRecord.Slot slot(RecordComponent component, FieldDescriptor field) {
        Type type = component.getGenericType();
        boolean optional = component.getType() == Optional.class;
        boolean mayMiss = field.hasPresence() && field.getJavaType() != JavaType.MESSAGE;
        if (optional ? !field.hasPresence() : mayMiss) {
            report(nameOf(component) + " and field [" + field.getFullName() + "] must both be optional, or neither");
        }
        WireValue value = value(optional ? argument(type) : type, field).orElseGet(() -> {
            report(nameOf(component) + " of type [" + type.getTypeName() + "] does not fit field ["
                    + field.getFullName() + "]");
            return WireValue.SAME;
        });
        return new WireRecord.Slot(WireCall.accessor(component), new WireField(field, optional, value), optional);
    }

    private Optional<WireValue> value(Type type, FieldDescriptor field) {
        Class<?> raw = raw(type);
        if (raw == Map.class) {
            boolean texts = field.isMapField()
                    && Arrays.stream(((ParameterizedType) type).getActualTypeArguments())
                            .allMatch(String.class::equals)
                    && field.getMessageType().getFields().stream().allMatch(it -> it.getJavaType() == JavaType.STRING);
            return texts ? Optional.of(WireValue.SAME) : Optional.empty();
        }
        if (raw == List.class || raw == Set.class) {
            return field.isRepeated() && !field.isMapField()
                    ? one(raw(argument(type)), field).map(raw == List.class ? WireSchema::list : WireSchema::set)
                    : Optional.empty();
        }
        if (field.isRepeated()) {
            return leaves.value(raw, field, true);
        }
        return one(raw, field);
    }

    private Optional<WireValue> one(Class<?> type, FieldDescriptor field) {
        if (type.isEnum() && field.getJavaType() == JavaType.ENUM) {
            return Optional.of(constants(type, field.getEnumType()));
        }
        if (field.getJavaType() != JavaType.MESSAGE) {
            return leaves.value(type, field, false);
        }
        Descriptor message = field.getMessageType();
        if (type.isSealed()) {
            return Optional.of(alternatives(type, message));
        }
        Class<?> travelling = leaves.recordFor(type);
        return travelling.isRecord()
                ? Optional.of(record(travelling, WireField.message(message.getName()))
                        .asValue()
                        .after(leaves.standingIn(type)))
                : Optional.empty();
    }

    private WireValue alternatives(Class<?> type, Descriptor message) {
        Map<Class<?>, WireField> fields = new LinkedHashMap<>();
        Map<String, FieldDescriptor> unused = message.getFields().stream()
                .collect(Collectors.toMap(FieldDescriptor::getJsonName, Function.identity()));
        for (Class<?> alternative : type.getPermittedSubclasses()) {
            String name = alternative.getSimpleName();
            Optional.ofNullable(unused.remove(Character.toLowerCase(name.charAt(0)) + name.substring(1)))
                    .filter(field -> field.getRealContainingOneof() != null)
                    .flatMap(field -> one(alternative, field).map(value -> new WireField(field, true, value)))
                    .ifPresentOrElse(
                            field -> fields.put(alternative, field),
                            () -> report("[" + name + "] is no alternative in message [" + message.getName() + "]"));
        }
        unused.values()
                .forEach(field -> report("field [" + field.getFullName() + "] is no [" + type.getSimpleName() + "]"));
        return WireField.oneOf(WireField.message(message.getName()), fields);
    }

    private WireValue constants(Class<?> type, EnumDescriptor numbers) {
        String prefix = numbers.getValues().get(0).getName().replaceFirst("UNSPECIFIED$", "");
        Map<Integer, Object> constants = new LinkedHashMap<>();
        Map<Object, Integer> known = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            Optional.ofNullable(numbers.findValueByName(prefix + ((Enum<?>) constant).name()))
                    .map(EnumValueDescriptor::getNumber)
                    .ifPresentOrElse(
                            number -> {
                                constants.put(number, constant);
                                known.put(constant, number);
                            },
                            () -> report("[" + type.getSimpleName() + "." + constant + "] has no number in enum ["
                                    + numbers.getName() + "]"));
        }
        numbers.getValues().stream()
                .filter(number -> number.getNumber() != 0 && !constants.containsKey(number.getNumber()))
                .forEach(number -> report("[" + number.getName() + "] is no [" + type.getSimpleName() + "]"));
        return new WireValue(known::get, number -> Optional.ofNullable(constants.get(number))
                .orElseThrow(() -> new IllegalArgumentException(
                        "[" + numbers.getName() + "] has a value that is not known here: [" + number + "]")));
    }

    private static WireValue list(WireValue element) {
        return new WireValue(
                list -> ((List<?>) list).stream().map(element.write()).toList(),
                list -> ((List<?>) list).stream().map(element.read()).toList());
    }

    /** In order, so that equal sets are equal bytes. */
    private static WireValue set(WireValue element) {
        return new WireValue(
                set -> ((Set<?>) set).stream().sorted().map(element.write()).toList(), list -> {
                    Set<Object> set = new LinkedHashSet<>();
                    ((List<?>) list).stream().map(element.read()).forEach(set::add);
                    if (set.size() != ((List<?>) list).size()) {
                        throw new IllegalArgumentException("one of " + set + " comes twice");
                    }
                    return set;
                });
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    private static Class<?> raw(Type type) {
        return type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : (Class<?>) type;
    }

    private static String nameOf(RecordComponent component) {
        return "component [" + component.getDeclaringRecord().getSimpleName() + "." + component.getName() + "]";
    }
}
