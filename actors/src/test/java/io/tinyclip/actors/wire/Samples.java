package io.tinyclip.actors.wire;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.StepMeasures;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.stranger.Token;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.step.BadSample;
import io.tinyclip.step.LeftOut;
import io.tinyclip.step.ShardPin;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Two messages of every kind that travels, made from the types of their components, so that nothing is to be added for a new
 * one: one that has whatever it may have, and one that lacks what it may lack.
 */
public final class Samples {
    public static final Layout UNMASKED = Layout.of(Fixture.SHAPE, Fixture.TOKEN_ROWS, false, false);
    public static final Layout MASKED = Layout.of(Fixture.SHAPE, Fixture.TOKEN_ROWS, true, false);
    static final Stamp STAMP = new Stamp(1, new Cursor(1, Phase.INHERIT, 2), MASKED.hash());
    private static final Handle HANDLE = new Handle("host:2552", "worker-3/features/5", 64);
    /** Where a run stands that has updated nothing and cut nothing. */
    public static Position position(Cursor cursor, Layout layout) {
        return new Position(
                cursor, layout, 0, WidthMap.identity(layout.shape().text().width()), 0);
    }

    public static final StepMeasures MEASURES = new StepMeasures(1.5, 0.5, 2, 0.25, 0.125, LeftOut.NONE);
    public static final Published PUBLISHED =
            new Published(HANDLE, HANDLE, HANDLE, new Handle("host:2552", "server/second", 64));
    static final NumericClass NUMERICS =
            new NumericClass(Map.of("processor", "some"), Map.of("gradient", "0a", "jpeg", "0b"));

    /** As long as they are. */
    private static final String TOKEN = "1f".repeat(Token.LENGTH / 2);

    /** What has bounds that its components do not tell. */
    private static final Map<Class<?>, Object> FIXED = Map.of(
            Stamp.class, STAMP,
            Handle.class, HANDLE,
            NumericClass.class, NUMERICS,
            Kept.class, Kept.everything(Fixture.SHAPE),
            WidthMap.class, new WidthMap(8, new int[] {1, 2, 7}, new float[] {1, 0.5f, 0.25f}));

    private final Map<Type, ActorRef<?>> actors = new HashMap<>();
    private final Supplier<ActorRef<?>> nextActor;

    /** @param nextActor stands for an actor of one kind, whoever in a message is of that kind */
    public Samples(Supplier<ActorRef<?>> nextActor) {
        this.nextActor = nextActor;
    }

    /** Of every record that a sealed interface permits and that travels. */
    public <T> List<T> of(Class<T> root) {
        return WireMessages.travelling(root)
                .flatMap(type -> Stream.of(record(type, true), record(type, false)))
                .map(root::cast)
                .toList();
    }

    private Object record(Class<?> type, boolean full) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        Arrays.setAll(
                values,
                i -> components[i].getName().equals("token") ? TOKEN : value(components[i].getGenericType(), i, full));
        try {
            var constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no sample of [" + type.getName() + "] from " + Arrays.toString(values), e);
        }
    }

    /** @param index of the component: numbers ascend, as those of a range do */
    private Object value(Type type, int index, boolean full) {
        if (type instanceof ParameterizedType generic) {
            return container((Class<?>) generic.getRawType(), generic.getActualTypeArguments()[0], index, full);
        }
        Class<?> plain = (Class<?>) type;
        if (FIXED.containsKey(plain)) {
            return FIXED.get(plain);
        }
        if (plain == Layout.class) {
            return full ? MASKED : UNMASKED;
        }
        if (plain == LeftOut.class) { // counts at least those that it names
            return full ? new LeftOut(7, List.of((BadSample) record(BadSample.class, true))) : LeftOut.NONE;
        }
        if (plain == ShardPin.class) { // has a hash that can be
            return new ShardPin(index, (full ? "1f" : "00").repeat(32), full ? "a.tar" : "");
        }
        if (plain.isEnum()) {
            return plain.getEnumConstants()[full ? 1 : 0];
        }
        return plain.isRecord() ? record(plain, full) : leaf(plain, index, full);
    }

    private Object container(Class<?> type, Type element, int index, boolean full) {
        if (type == ActorRef.class) {
            return actors.computeIfAbsent(element, kind -> nextActor.get());
        }
        if (type == Map.class) {
            return full ? Map.of("tinyclip.batch", "256") : Map.of();
        }
        if (type == Optional.class) {
            return full ? Optional.of(value(element, index, true)) : Optional.empty();
        }
        if (type == Set.class) {
            return full ? Set.of(value(element, index, true), value(element, index, false)) : Set.of();
        }
        return full ? List.of(value(element, index, true), value(element, index + 1, true)) : List.of();
    }

    private static Object leaf(Class<?> type, int index, boolean full) {
        return switch (type.getName()) {
            case "int", "java.lang.Integer" -> index;
            case "long" -> (long) index;
            case "float" -> full ? 0.5f : 0f;
            case "double" -> full ? 0.25 * (index + 1) : Double.NaN;
            case "boolean" -> full;
            case "java.lang.String" -> full ? "text " + index : "";
            case "[I" -> full ? new int[] {0, 2, 5} : new int[0];
            case "[F" -> full ? new float[] {1, 0.5f} : new float[0];
            case "[D" -> full ? new double[] {1, 0, 3} : new double[0];
            default -> throw new IllegalStateException("no sample of [" + type.getName() + "]; add one here");
        };
    }
}
