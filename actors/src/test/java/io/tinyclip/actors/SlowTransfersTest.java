package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.Checksum;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.shard.ParameterServer;
import io.tinyclip.actors.shard.ShardTools;
import io.tinyclip.actors.stranger.Token;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.actors.worker.Worker;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.reduce.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transfers that take longer than whoever waits for them is patient: two workers, a server, and links as slow as needed. */
class SlowTransfersTest {
    private static final Layout LAYOUT = Samples.UNMASKED;
    private static final Range ALL = new Range(0, LAYOUT.size());
    private static final RunPlan PLAN = Fixture.compress();
    private static final LeaseTable ALL_LEASED = new LeaseTable(
                    0, List.of(new Lease(0, 0, PLAN.partitions()), new Lease(1, 0, PLAN.partitions())))
            .shownBy(SlowTransfersTest::token);
    private static final int REMINDERS = 10;

    /** Messages that lead to one another, at most. */
    private static final int HOPS = 8;

    /** What a step fetches one after the other, more than once. */
    private static final int ROUNDS = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    private final ManualTime time = ManualTime.get(kit.system());
    private final HandDrivenPlane plane = new HandDrivenPlane();
    private final TestProbe<CoordinatorCommand> coordinator = kit.createTestProbe();
    private final TestProbe<CoordinatorCommand> asking = kit.createTestProbe();
    private final TestProbe<CoordinatorCommand> askingServer = kit.createTestProbe();
    private final Worker.WorkerTools tools =
            new Worker.WorkerTools(PLAN, plane, FakeCompute::new, Runnable::run, Runnable::run);
    private final List<ActorRef<WorkerCommand>> workers =
            List.of(kit.spawn(Worker.create(tools), "first"), kit.spawn(Worker.create(tools), "second"));
    private final ActorRef<ServerCommand> server =
            kit.spawn(ParameterServer.create(new ShardTools(PLAN, Fixture.SHAPE, plane, Runnable::run)), "server");

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    @Test
    void aStepEndsHoweverOftenItIsRemindedOfWhileItsSumsAreOnTheirWay() {
        ShardWeights weights = load(1);
        step(1, weights);
        deliverAllButSums();
        for (int reminder = 0; reminder < REMINDERS; reminder++) {
            assertEquals(2, plane.underWay("/gradient/").size(), "one a worker, reminder " + reminder);
            step(1, weights);
            settle();
            plane.deliver("", ALL.to() / REMINDERS + 1);
        }
        settle();
        await(coordinator, CoordinatorCommand.Reduced.class);
        assertEquals(1, plane.timesPublished("first/"), "what is there is published once");
        assertEquals(1, plane.timesPublished("second/"), "what is there is published once");
    }

    @Test
    void aSumThatHasComeFromOneWorkerIsNotFetchedFromAnotherAnyLonger() {
        load(1);
        server.tell(new ServerCommand.Reduce(stamp(1), 0, ALL_LEASED, Optional.empty(), coordinator.getRef()));
        Handle slow = plane.publish("sum of slow", values());
        Handle quick = plane.publish("sum of quick", values());
        Handle beneath = plane.publish("sum beneath", values());
        Node all = new Node(3, 0);
        announce(all, slow);
        announce(all, quick);
        announce(new Node(2, 1), beneath);
        announce(all, slow);
        assertEquals(
                List.of(slow, quick, beneath), plane.underWay("sum"), "each of them once, however often announced");
        plane.deliver("quick", ALL.to());
        settle();
        assertEquals(List.of(), plane.underWay("sum"), "all is in");
        await(coordinator, CoordinatorCommand.Reduced.class);
    }

    @Test
    void whatIsFetchedForAnEpochEndsWithIt() {
        ShardWeights weights = load(1);
        step(1, weights);
        settle();
        assertEquals(2, plane.underWay("/weights").size(), "one a worker");
        plane.deliver("", 1);
        Handle next = plane.publish("next/weights", values());
        ShardWeights moved = new ShardWeights(ALL, next);
        tellStep(2, moved);
        settle();
        assertEquals(
                List.of(next, next), plane.underWay("/weights"), "the new ones at once, the old ones not any more");
        List<Part> parts = List.of(new Part(ALL, plane.publish("older/origin", values()), Optional.empty()));
        server.tell(new ServerCommand.Load(assignment(2), parts, coordinator.getRef()));
        settle();
        assertEquals(1, plane.underWay("older/origin").size());
        List<Part> later = List.of(new Part(ALL, plane.publish("newer/origin", values()), Optional.empty()));
        server.tell(new ServerCommand.Load(assignment(3), later, coordinator.getRef()));
        settle();
        assertEquals(0, plane.underWay("older/origin").size());
        assertEquals(1, plane.underWay("newer/origin").size());
        kit.stop(server);
        assertEquals(0, plane.underWay("origin").size(), "nor does anything outlive its receiver");
    }

    @Test
    void aWorkerSaysThatBytesComeOrGoForAsLongAsTheyDo() {
        ShardWeights weights = load(1);
        step(1, weights);
        settle();
        assertEquals(0, transferring());
        plane.deliver("", 1);
        assertEquals(2, transferring(), "one a worker");
        assertEquals(0, transferring(), "nothing has come since");
        plane.deliver("", 1);
        assertEquals(2, transferring());
        deliverAllButSums();
        transferring();
        assertEquals(0, transferring(), "its sums stand still");
        plane.deliver("/gradient/", 1);
        assertEquals(2, transferring(), "its sums go");
    }

    @Test
    void whoeverHasNoMemoryLeftEndsWithThatInsteadOfWaitingForOthers() {
        ShardWeights weights = load(1);
        step(1, weights);
        settle();
        OutOfMemoryError full = new OutOfMemoryError("Cannot reserve direct buffer memory");
        plane.fail("/weights", full);
        workers.forEach(worker -> coordinator.expectTerminated(worker));
        List<Part> parts = List.of(new Part(ALL, plane.publish("next", values()), Optional.empty()));
        server.tell(new ServerCommand.Load(assignment(2), parts, coordinator.getRef()));
        server.tell(new ServerCommand.Reduce(
                new Stamp(0, PLAN.start(), LAYOUT.hash()), 0, ALL_LEASED, Optional.empty(), askingServer.getRef()));
        await(askingServer, Refused.class);
        plane.fail("next", full);
        coordinator.expectTerminated(server);
    }

    private void deliverAllButSums() {
        for (int round = 0; round < ROUNDS && plane.underWay("/gradient/").size() < workers.size(); round++) {
            plane.deliver("/weights", ALL.to());
            plane.deliver("/features", ALL.to());
            plane.deliver("/log-sum-exps", ALL.to());
            settle();
        }
        assertEquals(workers.size(), plane.underWay("/gradient/").size(), "one a worker");
    }

    /** Workers that say that something comes or goes, when it is time to say so. */
    private long transferring() {
        time.timePasses(Duration.ofSeconds(2));
        settle();
        coordinator.getRef().tell(new CoordinatorCommand.Stop());
        List<CoordinatorCommand> said = coordinator.fishForMessage(
                PATIENCE,
                it -> it instanceof CoordinatorCommand.Stop
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndCollect());
        return said.stream()
                .filter(it -> it instanceof CoordinatorCommand.WorkerHere here && here.transfers())
                .count();
    }

    /** The server holds all of the vector. @return where workers find it */
    private ShardWeights load(long epoch) {
        List<Part> parts = List.of(new Part(ALL, plane.publish("origin/" + epoch, values()), Optional.empty()));
        server.tell(new ServerCommand.Load(assignment(epoch), parts, coordinator.getRef()));
        settle();
        plane.deliver("", ALL.to());
        CoordinatorCommand.ShardReady ready = await(coordinator, CoordinatorCommand.ShardReady.class);
        return new ShardWeights(ALL, ready.published().workerWeights());
    }

    private static ServerCommand.Assignment assignment(long epoch) {
        return new ServerCommand.Assignment(epoch, Samples.position(stamp(epoch).cursor(), LAYOUT), 0, 1, ALL);
    }

    private void step(long epoch, ShardWeights weights) {
        server.tell(new ServerCommand.Reduce(stamp(epoch), 0, ALL_LEASED, Optional.empty(), coordinator.getRef()));
        tellStep(epoch, weights);
    }

    private void tellStep(long epoch, ShardWeights weights) {
        int half = PLAN.partitions() / 2;
        List<WorkerCommand.Grant> grants = List.of(
                new WorkerCommand.Grant(workers.get(0), 0, half),
                new WorkerCommand.Grant(workers.get(1), half, PLAN.partitions()));
        for (int i = 0; i < workers.size(); i++) {
            workers.get(i)
                    .tell(new WorkerCommand.Step(
                            stamp(epoch),
                            0,
                            i,
                            LAYOUT,
                            grants,
                            List.of(new WorkerCommand.Shard(server, weights, token(i))),
                            Optional.empty(),
                            coordinator.getRef()));
        }
    }

    private static String token(int worker) {
        return Integer.toString(worker).repeat(Token.LENGTH);
    }

    private void announce(Node node, Handle sum) {
        Dispute.Answer answer = new Dispute.Answer(1, Checksum.of(FloatVector.of(values()), ALL));
        ActorRef<Refused> announcer = kit.<Refused>createTestProbe().getRef();
        server.tell(new ServerCommand.SubtreeReady(stamp(1), node, sum, answer, 0, token(1), announcer));
        settle();
    }

    private static <T extends CoordinatorCommand> T await(TestProbe<CoordinatorCommand> by, Class<T> reply) {
        List<CoordinatorCommand> said = by.fishForMessage(
                PATIENCE,
                it -> reply.isInstance(it) ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
        return reply.cast(said.get(0));
    }

    /** All that has been said, and what that leads to, is heard: each actor answers as often as messages lead to others. */
    private void settle() {
        Stamp old = new Stamp(0, PLAN.start(), LAYOUT.hash());
        for (int hop = 0; hop < HOPS; hop++) {
            for (ActorRef<WorkerCommand> worker : workers) {
                worker.tell(new WorkerCommand.Step(
                        old, 0, 2, LAYOUT, List.of(), List.of(), Optional.empty(), asking.getRef()));
                await(asking, CoordinatorCommand.WorkerHere.class);
            }
            server.tell(new ServerCommand.Reduce(old, 0, ALL_LEASED, Optional.empty(), askingServer.getRef()));
            await(askingServer, Refused.class);
        }
    }

    private static Stamp stamp(long epoch) {
        return new Stamp(epoch, new Cursor(0, Phase.DISTILL, 0), LAYOUT.hash());
    }

    private static float[] values() {
        float[] values = new float[LAYOUT.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % 17 - 8) * 0.25f;
        }
        return values;
    }
}
