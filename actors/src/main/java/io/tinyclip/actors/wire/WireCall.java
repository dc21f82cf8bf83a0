package io.tinyclip.actors.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** A method or constructor, looked up once. What it throws, whoever calls it gets. */
final class WireCall {
    private final MethodHandle handle;

    private WireCall(MethodHandle handle) {
        this.handle = handle.asType(handle.type().generic());
    }

    /** @throws IllegalArgumentException if there is no such public method */
    static WireCall method(Class<?> owner, String name, Class<?>... parameters) {
        try {
            return new WireCall(MethodHandles.publicLookup().unreflect(owner.getMethod(name, parameters)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("[" + owner.getName() + "] has no method [" + name + "]", e);
        }
    }

    static WireCall accessor(RecordComponent component) {
        try {
            return new WireCall(inside(component.getDeclaringRecord()).unreflect(component.getAccessor()));
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException("component [" + component + "] cannot be read", e);
        }
    }

    /** Makes a record from an array of its components. */
    static WireCall constructor(Class<?> record) {
        Class<?>[] types = Arrays.stream(record.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return new WireCall(inside(record)
                    .findConstructor(record, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("record [" + record.getName() + "] cannot be made", e);
        }
    }

    private static MethodHandles.Lookup inside(Class<?> type) throws IllegalAccessException {
        return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
    }

    Object on(Object target) {
        try {
            return (Object) handle.invokeExact(target);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    Object on(Object target, Object argument) {
        try {
            return (Object) handle.invokeExact(target, argument);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException failure ? failure : new IllegalStateException(e);
    }
}
