package io.tinyclip.actors.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import com.google.protobuf.Message;
import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.worker.Worker;
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
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.proto.v1.Belonging;
import io.tinyclip.proto.v1.Claim;
import io.tinyclip.proto.v1.Load;
import io.tinyclip.proto.v1.Offer;
import io.tinyclip.proto.v1.PartitionReached;
import io.tinyclip.proto.v1.Reached;
import io.tinyclip.proto.v1.Reduce;
import io.tinyclip.proto.v1.StepCursor;
import io.tinyclip.proto.v1.VersionStamp;
import io.tinyclip.reduce.Node;
import java.io.NotSerializableException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WireSerializerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final WireSerializer WIRE =
            new WireSerializer((ExtendedActorSystem) Adapter.toClassic(KIT.system()));
    private static final ActorRef<CoordinatorCommand> COORDINATOR =
            KIT.<CoordinatorCommand>createTestProbe().getRef();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void keepsEveryFieldOfACommit() throws Exception {
        Rates rates = new Rates(1e-3, 0.02, 0.01, 0.25);
        Stamp next = new Stamp(1, new Cursor(1, Phase.INHERIT, 3), Samples.MASKED.hash());
        Object commit = new ServerCommand.Commit(
                new CommitOrder(Samples.STAMP, next, 0.5f, rates, 17, false, Samples.MEASURES), COORDINATOR);
        assertEquals(commit, WIRE.fromBinary(WIRE.toBinary(commit), "Commit"));
    }

    @Test
    void keepsAChecksumWithItsHighestBit() throws Exception {
        Object answered = new CoordinatorCommand.QuestionAnswered(
                Samples.STAMP, new Dispute.Question(new Node(1, 3), new Range(0, 64)), new Dispute.Answer(1, -7));
        assertEquals(answered, WIRE.fromBinary(WIRE.toBinary(answered), "QuestionAnswered"));
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
        CoordinatorCommand.CutDecided cut =
                new CoordinatorCommand.CutDecided(Samples.STAMP, Kept.everything(vitB32), WidthMap.identity(512), 0.25);
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
        ServerCommand.Load load = (ServerCommand.Load) WIRE.fromBinary(WIRE.toBinary(load(layout)), "Load");
        assertEquals(layout.hash(), load.assignment().layout().hash());
        assertEquals(shape, load.assignment().layout().shape());
    }

    @Test
    void keepsTheRankOfATokenTable() throws Exception {
        ModelShape shape = Samples.UNMASKED.shape().withTokenRank(3);
        Layout layout = Layout.of(shape, 10, false, false);
        ServerCommand.Load load = (ServerCommand.Load) WIRE.fromBinary(WIRE.toBinary(load(layout)), "Load");
        assertEquals(layout.hash(), load.assignment().layout().hash());
        assertEquals(shape, load.assignment().layout().shape());
    }

    @Test
    void refusesARankBeyondAllWidths() throws Exception {
        Load.Builder load = Load.parseFrom(WIRE.toBinary(load(Samples.UNMASKED))).toBuilder();
        load.getAssignmentBuilder()
                .getPositionBuilder()
                .getLayoutBuilder()
                .getShapeBuilder()
                .getTextBuilder()
                .setTokenRank(1280);
        assertRefused(load, "token rank [1280] must be 0 to 1279");
    }

    @Test
    void refusesALayoutWithoutAnImageTower() throws Exception {
        Load.Builder load = Load.parseFrom(WIRE.toBinary(load(Samples.UNMASKED))).toBuilder();
        load.getAssignmentBuilder()
                .getPositionBuilder()
                .getLayoutBuilder()
                .getShapeBuilder()
                .getImageBuilder()
                .clearTower();
        assertRefused(load, "ImageTower");
    }

    @Test
    void refusesALayoutThatIsLaidOutOtherwiseHere() throws Exception {
        Load.Builder load = Load.parseFrom(WIRE.toBinary(load(Samples.UNMASKED))).toBuilder();
        load.getAssignmentBuilder().getPositionBuilder().getLayoutBuilder().setSha256("0a");
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
        Object features = new CoordinatorCommand.PartitionReached(
                Samples.STAMP, 2, 5, io.tinyclip.actors.message.Reached.FEATURES);
        PartitionReached.Builder reached = PartitionReached.parseFrom(WIRE.toBinary(features)).toBuilder();
        assertRefused(reached.setReached(Reached.REACHED_GRADIENT), "PartitionDone");
    }

    @Test
    void refusesARoleThatThisVersionDoesNotKnow() {
        Claim.Builder claim = Claim.newBuilder().setBelonging(Belonging.getDefaultInstance());
        assertRefused(Offer.newBuilder().setClaim(claim.addRolesValue(9)), "[9]");
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

    private static ServerCommand.Load load(Layout layout) {
        Stamp stamp = Samples.STAMP;
        return new ServerCommand.Load(
                new ServerCommand.Assignment(
                        stamp.epoch(), Samples.position(stamp.cursor(), layout), 0, 1, new Range(0, 64)),
                List.of(),
                COORDINATOR);
    }
}
