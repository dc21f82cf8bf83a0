package io.tinyclip.actors.bounds;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Makes records in which one value, at any depth, is nothing that a run has. */
public final class Extremes {
    private static final int[] INTS = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1_000_000};
    private static final long[] LONGS = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40};
    private static final double[] DOUBLES = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300, -1};
    private static final int MANY = 5_000;
    private static final int TRIES = 100;

    private final Random random;

    public Extremes(Random random) {
        this.random = random;
    }

    /** The same with one value changed; empty where its record refuses all that was tried. @param wholeOnly only an int */
    public <T> Optional<T> of(T record, boolean wholeOnly) {
        for (int i = 0; i < TRIES; i++) {
            try {
                Object changed = changed(record, wholeOnly);
                if (!changed.equals(record)) {
                    @SuppressWarnings("unchecked")
                    T result = (T) changed;
                    return Optional.of(result);
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException refused) {
                // By the record itself.
            }
        }
        return Optional.empty();
    }

    private Object changed(Object value, boolean wholeOnly) {
        if (value instanceof Record record) {
            return changedRecord(record, wholeOnly);
        }
        if (value instanceof Optional<?> inner) {
            return inner.map(it -> changed(it, wholeOnly));
        }
        if (value instanceof Integer) {
            return INTS[random.nextInt(INTS.length)];
        }
        if (value instanceof List<?> list && !list.isEmpty()) {
            return changedList(list, wholeOnly);
        }
        return wholeOnly ? value : leaf(value);
    }

    private Object leaf(Object value) {
        if (value instanceof Long) {
            return LONGS[random.nextInt(LONGS.length)];
        }
        if (value instanceof Double) {
            return DOUBLES[random.nextInt(DOUBLES.length)];
        }
        if (value instanceof Float) {
            return (float) DOUBLES[random.nextInt(DOUBLES.length)];
        }
        if (value instanceof String) {
            return random.nextBoolean() ? "x".repeat(MANY) : "two\nlines\u001b[31m";
        }
        return value instanceof double[] ? new double[MANY] : value;
    }

    private Object changedList(List<?> list, boolean wholeOnly) {
        if (!wholeOnly && random.nextInt(3) == 0) {
            return random.nextBoolean() ? List.of() : Collections.nCopies(MANY, list.get(0));
        }
        Object[] values = list.toArray();
        int at = random.nextInt(values.length);
        values[at] = changed(values[at], wholeOnly);
        return List.of(values);
    }

    private Object changedRecord(Record record, boolean wholeOnly) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        if (components.length == 0) {
            return record;
        }
        Object[] values = Arrays.stream(components).map(it -> value(record, it)).toArray();
        int at = random.nextInt(values.length);
        values[at] = changed(values[at], wholeOnly);
        return make(record.getClass(), components, values);
    }

    /** The same record with another value of one type, at the top. */
    public static <T> T with(T record, Class<?> type, Object value) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(it -> it.getType() == type ? value : value(record, it))
                .toArray();
        @SuppressWarnings("unchecked")
        T made = (T) make(record.getClass(), components, values);
        return made;
    }

    private static Object value(Object record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object make(Class<?> type, RecordComponent[] components, Object[] values) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
