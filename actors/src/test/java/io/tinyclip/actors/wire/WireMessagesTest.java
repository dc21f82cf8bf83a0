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
import java.util.List;
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
    void isEqualToWhatIsReadWhereNoArrayIsInIt() throws Exception {
        for (Object message : samples(machines()).toList()) {
            assertEquals(message, WIRE.fromBinary(WIRE.toBinary(message), WIRE.manifest(message)));
        }
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
