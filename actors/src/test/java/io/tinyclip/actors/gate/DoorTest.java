package io.tinyclip.actors.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import akka.actor.testkit.typed.javadsl.BehaviorTestKit;
import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.lead.Ordered;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.stranger.Token;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.reduce.Node;
import io.tinyclip.step.LeftOut;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DoorTest {
    private static final int OWN = 3;
    private static final int OTHERS = 4;
    private static final Stamp STAMP = new Stamp(1, new Cursor(0, Phase.DISTILL, 0), "layout");
    private static final List<Ordered> ORDERED = List.of(
            new Ordered.Number(OWN),
            new Ordered.Cut(1),
            new Ordered.Shard(1, OWN, Ordered.Part.HOLDS),
            new Ordered.Shard(1, OTHERS, Ordered.Part.KEEPS_A_COPY));

    private final TestInbox<CoordinatorCommand> coordinator = TestInbox.create();
    private final TestInbox<ServerCommand> server = TestInbox.create("server");
    private final TestInbox<ServerCommand> other = TestInbox.create("other");
    private final TestInbox<WorkerCommand> worker = TestInbox.create("worker");
    private final Rejections rejections = new Rejections(new AtomicLong()::get);

    private final CoordinatorCommand gradient = gradient(OWN);
    private final CoordinatorCommand reached = new CoordinatorCommand.PartitionReached(STAMP, OWN, 0, Reached.FEATURES);
    private final CoordinatorCommand reduced = new CoordinatorCommand.Reduced(STAMP, OWN, new double[1], 0);
    private final CoordinatorCommand holds = new CoordinatorCommand.Holds(STAMP, server.getRef(), Optional.empty());
    private final CoordinatorCommand stop = new CoordinatorCommand.Stop();
    private final CoordinatorCommand joined = new CoordinatorCommand.WorkerJoined(worker.getRef());
    private final List<CoordinatorCommand> all = List.of(gradient, reached, reduced, holds, stop, joined);

    private static CoordinatorCommand gradient(int worker) {
        return new CoordinatorCommand.PartitionDone(STAMP, worker, 0, 1, 1);
    }

    @Test
    void aWorkerSaysWhatWorkersSayAndNothingElse() {
        assertEquals(List.of(gradient, reached), passing(Set.of(MemberRole.WORKER)));
        assertEquals(4, rejections.count());
    }

    @Test
    void aServerSaysWhatServersSayOfItselfAlone() {
        assertEquals(List.of(reduced, holds), passing(Set.of(MemberRole.SERVER)));
        assertEquals(
                List.of(),
                passing(
                        Set.of(MemberRole.SERVER),
                        List.of(new CoordinatorCommand.Holds(STAMP, other.getRef(), Optional.empty()))));
    }

    @Test
    void aMachineWithBothSaysBothAndStillEndsNoRun() {
        assertEquals(List.of(gradient, reached, reduced, holds), passing(Set.of(MemberRole.WORKER, MemberRole.SERVER)));
    }

    @Test
    void aWorkerSaysNothingUnderTheNumberOfAnother() {
        assertEquals(6, passing(Set.of(MemberRole.WORKER), ofWorker(OWN)).size());
        assertEquals(0, rejections.count());
        assertEquals(List.of(), passing(Set.of(MemberRole.WORKER), ofWorker(OTHERS)));
        assertEquals(6, rejections.count());
    }

    @Test
    void aServerDecidesTheCutThatItWasAskedForAlone() {
        Kept kept = Kept.everything(Fixture.SHAPE);
        Stamp later = new Stamp(2, STAMP.cursor(), STAMP.layout());
        CoordinatorCommand own = new CoordinatorCommand.CutDecided(STAMP, kept, WidthMap.identity(512), 0.25);
        CoordinatorCommand others = new CoordinatorCommand.CutDecided(later, kept, WidthMap.identity(512), 0.25);
        assertEquals(List.of(own), passing(Set.of(MemberRole.SERVER), List.of(others, own)));
        assertEquals(1, rejections.count());
    }

    private static List<CoordinatorCommand> ofWorker(int number) {
        return List.of(
                new CoordinatorCommand.WorkerHere(STAMP, number, true),
                new CoordinatorCommand.PartitionReached(STAMP, number, 0, Reached.FEATURES),
                gradient(number),
                new CoordinatorCommand.QuestionAnswered(STAMP, question(), new Dispute.Answer(number, 1)),
                new CoordinatorCommand.PartEmbedded(
                        STAMP, 0, number, 0, new int[0], Samples.PUBLISHED.first(), LeftOut.NONE, 1),
                new CoordinatorCommand.PartRefused(STAMP, 0, number, 0, "no such set"));
    }

    private static Dispute.Question question() {
        return new Dispute.Question(new Node(0, 0), new Range(0, 1));
    }

    @Test
    void aServerAnswersForTheShardThatItHoldsAndTheCopyThatItKeeps() {
        List<CoordinatorCommand> own = List.of(
                new CoordinatorCommand.Reduced(STAMP, OWN, new double[1], 0),
                new CoordinatorCommand.ShardReady(STAMP, OWN, Samples.PUBLISHED),
                new CoordinatorCommand.CopyFilled(STAMP, OTHERS),
                new CoordinatorCommand.CopyReady(STAMP, OTHERS, Samples.PUBLISHED),
                new CoordinatorCommand.CopyGone(STAMP, OTHERS));
        assertEquals(own, passing(Set.of(MemberRole.SERVER), own));
        Stamp later = new Stamp(2, STAMP.cursor(), STAMP.layout());
        assertEquals(
                List.of(),
                passing(
                        Set.of(MemberRole.SERVER),
                        List.of(
                                new CoordinatorCommand.Reduced(STAMP, OTHERS, new double[1], 0),
                                new CoordinatorCommand.ShardReady(STAMP, OTHERS, Samples.PUBLISHED),
                                new CoordinatorCommand.ShardReady(later, OWN, Samples.PUBLISHED),
                                new CoordinatorCommand.CopyFilled(STAMP, OWN),
                                new CoordinatorCommand.CopyReady(STAMP, OWN, Samples.PUBLISHED),
                                new CoordinatorCommand.CopyGone(STAMP, OWN))));
        assertEquals(6, rejections.count());
    }

    @Test
    void nothingPassesBeforeAMachineIsAdmitted() {
        BehaviorTestKit<CoordinatorCommand> door =
                BehaviorTestKit.create(Door.closed(coordinator.getRef(), rejections));
        ORDERED.forEach(door::run);
        all.forEach(door::run);
        assertEquals(List.of(), coordinator.getAllReceived());
        assertEquals(all.size(), rejections.count());
    }

    /** Whoever sends it, by whatever way it has found the coordinator. */
    @Test
    void whatComesStraightToTheCoordinatorIsRefusedAndWhatHasPassedADoorIsNot() {
        TestInbox<CoordinatorCommand> heard = TestInbox.create();
        BehaviorTestKit<CoordinatorCommand> guarded = BehaviorTestKit.create(Entrance.before(
                Behaviors.receiveMessage(message -> {
                    heard.getRef().tell(message);
                    return Behaviors.same();
                }),
                rejections));
        all.forEach(guarded::run);
        assertEquals(List.of(), heard.getAllReceived());
        assertEquals(all.size(), rejections.count());
        guarded.run(new Entrance.Admitted(gradient));
        assertEquals(List.of(gradient), heard.getAllReceived());
    }

    @Test
    void tokensAreOf128BitsAndDiffer() {
        assertEquals(32, Token.fresh().length());
        assertNotEquals(Token.fresh(), Token.fresh());
        assertEquals(1000, Stream.generate(Token::fresh).limit(1000).distinct().count());
    }

    private List<CoordinatorCommand> passing(Set<MemberRole> roles) {
        return passing(roles, all);
    }

    private List<CoordinatorCommand> passing(Set<MemberRole> roles, List<CoordinatorCommand> said) {
        BehaviorTestKit<CoordinatorCommand> door =
                BehaviorTestKit.create(Door.closed(coordinator.getRef(), rejections));
        door.run(new Door.Owned(new Door.Owner(roles, "10.0.0.7:4000", Optional.of(server.getRef()))));
        ORDERED.forEach(door::run);
        said.forEach(door::run);
        return coordinator.getAllReceived().stream()
                .map(it -> ((Entrance.Admitted) it).command())
                .toList();
    }
}
