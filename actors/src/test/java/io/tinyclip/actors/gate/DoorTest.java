package io.tinyclip.actors.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import akka.actor.testkit.typed.javadsl.BehaviorTestKit;
import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.step.LeftOut;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DoorTest {
    private static final Stamp STAMP = new Stamp(1, new Cursor(0, Phase.DISTILL, 0), "layout");

    private final TestInbox<CoordinatorCommand> coordinator = TestInbox.create();
    private final TestInbox<ServerCommand> server = TestInbox.create("server");
    private final TestInbox<ServerCommand> other = TestInbox.create("other");
    private final TestInbox<WorkerCommand> worker = TestInbox.create("worker");
    private final Rejections rejections = new Rejections(new AtomicLong()::get);

    private final CoordinatorCommand gradient = new CoordinatorCommand.PartitionDone(STAMP, 0, 0, 1, 1);
    private final CoordinatorCommand reached = new CoordinatorCommand.PartitionReached(STAMP, 0, 0, Reached.FEATURES);
    private final CoordinatorCommand reduced = new CoordinatorCommand.Reduced(STAMP, 0, new double[1], 0);
    private final CoordinatorCommand holds = new CoordinatorCommand.Holds(STAMP, server.getRef(), Optional.empty());
    private final CoordinatorCommand stop = new CoordinatorCommand.Stop();
    private final CoordinatorCommand joined = new CoordinatorCommand.WorkerJoined(worker.getRef());
    private final List<CoordinatorCommand> all = List.of(gradient, reached, reduced, holds, stop, joined);

    @Test
    void aWorkerSaysWhatWorkersSayAndNothingElse() {
        assertEquals(List.of(gradient, reached), passing(Set.of(MemberRole.WORKER)));
        assertEquals(4, rejections.count());
    }

    /** What it was asked while a student was judged. */
    @Test
    void aWorkerSaysWhatItHasEmbedded() {
        List<CoordinatorCommand> said = List.of(
                new CoordinatorCommand.PartEmbedded(
                        STAMP, 0, 0, 0, new int[0], new Handle("", "key", 2), LeftOut.NONE, 1),
                new CoordinatorCommand.PartRefused(STAMP, 0, 0, 0, "no such set"));
        assertEquals(said, passing(Set.of(MemberRole.WORKER), said));
        assertEquals(List.of(), passing(Set.of(MemberRole.SERVER), said));
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
        Door.Owner owner = new Door.Owner(roles, "10.0.0.7:4000", Optional.of(server.getRef()));
        BehaviorTestKit<CoordinatorCommand> door =
                BehaviorTestKit.create(Door.of(owner, coordinator.getRef(), rejections));
        said.forEach(door::run);
        return coordinator.getAllReceived().stream()
                .map(it -> ((Entrance.Admitted) it).command())
                .toList();
    }
}
