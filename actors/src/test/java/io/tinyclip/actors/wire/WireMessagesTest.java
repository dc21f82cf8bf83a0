package io.tinyclip.actors.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializationExtension;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.DeskCommand;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.model.Layout;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Every message that travels, whether or not anybody has thought of it here. */
class WireMessagesTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ExtendedActorSystem SYSTEM = (ExtendedActorSystem) Adapter.toClassic(KIT.system());
    private static final WireSerializer WIRE = new WireSerializer(SYSTEM);
    private static final Samples SAMPLES =
            new Samples(() -> KIT.createTestProbe().getRef());

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void isReadBackAsItWasWritten() throws Exception {
        for (Object message : samples(between(), machines()).toList()) {
            byte[] bytes = WIRE.toBinary(message);
            Object read = WIRE.fromBinary(bytes, WIRE.manifest(message));
            assertSame(message.getClass(), read.getClass());
            assertArrayEquals(bytes, WIRE.toBinary(read), message.toString());
        }
    }

    @Test
    void isReadBackWithEveryFieldInFull() throws Exception {
        for (Object message : samples(between(), machines()).toList()) {
            Object read = WIRE.fromBinary(WIRE.toBinary(message), WIRE.manifest(message));
            assertEquals(inFull(message), inFull(read));
        }
    }

    /** Arrays are equal by what is in them, which a record's own comparison does not see. */
    private static String inFull(Object value) throws ReflectiveOperationException {
        if (value instanceof Optional<?> optional) {
            return optional.isEmpty() ? "nothing" : inFull(optional.get());
        }
        if (value instanceof Layout layout) {
            return layout.hash();
        }
        List<String> parts = new ArrayList<>();
        if (value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                parts.add(inFull(Array.get(value, i)));
            }
        } else if (value instanceof Collection<?> collection) {
            for (Object element : collection) {
                parts.add(inFull(element));
            }
            if (value instanceof Set) {
                Collections.sort(parts);
            }
        } else if (value.getClass().isRecord()) {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                parts.add(component.getName() + "="
                        + inFull(component.getAccessor().invoke(value)));
            }
        } else {
            return value.toString();
        }
        return (value instanceof Collection ? "" : value.getClass().getSimpleName()) + parts;
    }

    @Test
    void isWhatTheActorSystemTakesTheSerializerFor() {
        samples(between(), machines())
                .forEach(message -> assertEquals(
                        WireSerializer.class,
                        SerializationExtension.get(SYSTEM)
                                .findSerializerFor(message)
                                .getClass(),
                        message.toString()));
    }

    private static List<Class<?>> between() {
        return List.of(CoordinatorCommand.class, ServerCommand.class, WorkerCommand.class);
    }

    private static List<Class<?>> machines() {
        return List.of(
                RegistrarCommand.class, AgentCommand.class, AgentCommand.class, DeskCommand.class, ClusterStatus.class);
    }

    @SafeVarargs
    private static Stream<Object> samples(List<Class<?>>... roots) {
        return Stream.of(roots).flatMap(List::stream).flatMap(root -> SAMPLES.of(root).stream());
    }
}
