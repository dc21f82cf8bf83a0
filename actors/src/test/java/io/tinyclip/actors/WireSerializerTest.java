package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.ExtendedActorSystem;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Adapter;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.proto.v1.ReduceStep;
import io.tinyclip.proto.v1.VectorLayout;
import io.tinyclip.proto.v1.VersionStamp;
import java.io.NotSerializableException;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WireSerializerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final WireSerializer WIRE =
            new WireSerializer((ExtendedActorSystem) Adapter.toClassic(KIT.system()));
    private static final Samples SAMPLES = new Samples(
            KIT.<Coordinator.Command>createTestProbe().getRef(),
            KIT.<ParameterServer.Command>createTestProbe().getRef(),
            KIT.<Worker.Command>createTestProbe().getRef());

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void readsBackEveryFieldOfEveryMessageThatTravels() throws Exception {
        for (Object message : samples().toList()) {
            byte[] bytes = WIRE.toBinary(message);
            Object read = WIRE.fromBinary(bytes, WIRE.manifest(message));
            assertEquals(inFull(message), inFull(read));
            assertArrayEquals(bytes, WIRE.toBinary(read), message.toString());
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
    void knowsEveryCommandButThoseThatStayInTheirActor() {
        Set<Class<?>> sampled = samples().map(Object::getClass).collect(Collectors.toSet());
        Set<Class<?>> travelling = Stream.of(
                        Coordinator.Command.class, ParameterServer.Command.class, Worker.Command.class)
                .flatMap(WireSerializerTest::leaves)
                .filter(type -> !NoSerializationVerificationNeeded.class.isAssignableFrom(type))
                .collect(Collectors.toSet());
        assertEquals(travelling, sampled);
    }

    @Test
    void keepsEveryFieldOfACommit() throws Exception {
        Object commit = SAMPLES.toServer().stream()
                .filter(ParameterServer.Commit.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertEquals(commit, WIRE.fromBinary(WIRE.toBinary(commit), "CommitStep"));
    }

    @Test
    void keepsTheCutOfARealModelWithinADecisionsSize() {
        List<LayerShape> layers = Collections.nCopies(12, new LayerShape(12, 3072));
        List<LayerShape> textLayers = Collections.nCopies(12, new LayerShape(8, 2048));
        ModelShape vitB32 = new ModelShape(
                512,
                Activation.GELU,
                new VisionTransformer(224, 32, 768, 64, layers),
                new TextTower(77, 49408, 512, 64, textLayers));
        Coordinator.CutDecided cut =
                new Coordinator.CutDecided(cutDecided().stamp(), Kept.everything(vitB32), WidthMap.identity(512), 0.25);
        assertTrue(WIRE.toBinary(cut).length < 50_000);
    }

    @Test
    void keepsAResNetsLayout() throws Exception {
        ModelShape shape = new ModelShape(
                1024,
                Activation.GELU,
                new ResNet(224, 56, 64, List.of(3, 4, 6, 3)),
                new TextTower(77, 49408, 512, 64, List.of(new LayerShape(8, 2048))));
        Layout layout = Layout.of(shape, 10, false, false);
        Layout read = VersionWire.read(
                VectorLayout.parseFrom(VersionWire.write(layout).toByteArray()));
        assertEquals(layout.hash(), read.hash());
        assertEquals(shape, read.shape());
    }

    @Test
    void refusesALayoutWithoutAnImageTower() {
        VectorLayout none = VersionWire.write(Samples.UNMASKED).toBuilder()
                .clearImageTower()
                .build();
        assertThrows(IllegalArgumentException.class, () -> VersionWire.read(none));
    }

    @Test
    void refusesWhatThisVersionDoesNotKnow() {
        assertThrows(NotSerializableException.class, () -> WIRE.fromBinary(new byte[0], "Rollback"));
        assertThrows(NotSerializableException.class, () -> WIRE.fromBinary(new byte[] {-1}, "ReduceStep"));
        byte[] noPhase = ReduceStep.newBuilder()
                .setStamp(VersionStamp.newBuilder().setEpoch(1))
                .build()
                .toByteArray();
        assertThrows(NotSerializableException.class, () -> WIRE.fromBinary(noPhase, "ReduceStep"));
    }

    private static Coordinator.CutDecided cutDecided() {
        return SAMPLES.toCoordinator().stream()
                .filter(Coordinator.CutDecided.class::isInstance)
                .map(Coordinator.CutDecided.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static Stream<Object> samples() {
        return Stream.of(SAMPLES.toCoordinator(), SAMPLES.toServer(), SAMPLES.toWorker())
                .flatMap(List::stream);
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(WireSerializerTest::leaves)
                : Stream.of(type);
    }
}
