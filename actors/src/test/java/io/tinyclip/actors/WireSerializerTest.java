package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.ExtendedActorSystem;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Adapter;
import com.google.protobuf.Message;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.optimize.Range;
import io.tinyclip.proto.v1.Load;
import io.tinyclip.proto.v1.PartitionReached;
import io.tinyclip.proto.v1.Reached;
import io.tinyclip.proto.v1.Reduce;
import io.tinyclip.proto.v1.StepCursor;
import io.tinyclip.proto.v1.VersionStamp;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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
    void readsBackWhatItWroteForEveryMessageThatTravels() throws Exception {
        for (Object message : samples().toList()) {
            byte[] bytes = WIRE.toBinary(message);
            Object read = WIRE.fromBinary(bytes, WIRE.manifest(message));
            assertSame(message.getClass(), read.getClass());
            assertArrayEquals(bytes, WIRE.toBinary(read), message.toString());
        }
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
        assertEquals(commit, WIRE.fromBinary(WIRE.toBinary(commit), "Commit"));
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
        ParameterServer.Load load = (ParameterServer.Load) WIRE.fromBinary(WIRE.toBinary(load(layout)), "Load");
        assertEquals(layout.hash(), load.assignment().layout().hash());
        assertEquals(shape, load.assignment().layout().shape());
    }

    @Test
    void refusesALayoutWithoutAnImageTower() throws Exception {
        Load.Builder load = Load.parseFrom(WIRE.toBinary(load(Samples.UNMASKED))).toBuilder();
        load.getAssignmentBuilder()
                .getLayoutBuilder()
                .getShapeBuilder()
                .getImageBuilder()
                .clearTower();
        assertRefused(load, "ImageTower");
    }

    @Test
    void refusesALayoutThatIsLaidOutOtherwiseHere() throws Exception {
        Load.Builder load = Load.parseFrom(WIRE.toBinary(load(Samples.UNMASKED))).toBuilder();
        load.getAssignmentBuilder().getLayoutBuilder().setSha256("0a");
        assertRefused(load, "0a");
    }

    @Test
    void refusesWhatThisVersionDoesNotKnow() {
        assertThrows(NotSerializableException.class, () -> WIRE.fromBinary(new byte[0], "Rollback"));
        assertThrows(NotSerializableException.class, () -> WIRE.fromBinary(new byte[] {-1}, "Reduce"));
        VersionStamp.Builder stamp = VersionStamp.newBuilder().setEpoch(1);
        assertRefused(Reduce.newBuilder().setStamp(stamp), "cursor");
        stamp.setCursor(StepCursor.newBuilder().setStage(1));
        assertRefused(Reduce.newBuilder().setStamp(stamp), "Phase");
    }

    @Test
    void refusesAGradientThatIsNotToldByPartitionDone() throws Exception {
        Object features = SAMPLES.toCoordinator().stream()
                .filter(Coordinator.PartitionReached.class::isInstance)
                .findFirst()
                .orElseThrow();
        PartitionReached.Builder reached = PartitionReached.parseFrom(WIRE.toBinary(features)).toBuilder();
        assertRefused(reached.setReached(Reached.REACHED_GRADIENT), "PartitionDone");
    }

    @Test
    void refusesToWriteWhatStaysOnItsMachine() {
        assertThrows(IllegalArgumentException.class, () -> WIRE.manifest(new Worker.Ended(() -> {})));
    }

    private static void assertRefused(Message.Builder message, String what) {
        byte[] bytes = message.build().toByteArray();
        String manifest = message.getDescriptorForType().getName();
        NotSerializableException refused =
                assertThrows(NotSerializableException.class, () -> WIRE.fromBinary(bytes, manifest));
        assertTrue(refused.getMessage().contains(what), refused.getMessage());
    }

    private static ParameterServer.Load load(Layout layout) {
        Stamp stamp = cutDecided().stamp();
        return new ParameterServer.Load(
                new ParameterServer.Assignment(stamp, layout, 0, new Range(0, 64)), List.of(), SAMPLES.coordinator());
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
