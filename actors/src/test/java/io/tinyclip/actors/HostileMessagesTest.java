package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.bounds.Extremes;
import io.tinyclip.actors.bounds.Reign;
import io.tinyclip.actors.bounds.Rejections;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.message.Checksum;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.shard.ParameterServer;
import io.tinyclip.actors.shard.ShardTools;
import io.tinyclip.actors.stranger.Token;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.actors.worker.StepClock;
import io.tinyclip.actors.worker.Worker;
import io.tinyclip.model.FloatVector;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.reduce.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that no member sends come to the actors of a run that goes on. It ends with its bits. */
class HostileMessagesTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final int A_STEP = 40;
    private static final long HIGHEST_EPOCH = Epoch.first(999_999_999);

    @TempDir
    Path folder;

    private final LivingRun living = new LivingRun();
    private final Rejections rejections = new Rejections();
    private final TestProbe<Object> nobody = living.kit().createTestProbe();
    private ActorRef<ServerCommand> server;
    private ActorRef<WorkerCommand> worker;
    private RunSetup setup;
    private Reign reign;

    @BeforeEach
    void begin() {
        setup = Fixture.setup(PLAN, 1, 1, folder);
        reign = Reign.of(Epoch.FIRST_TERM);
        server = living.kit()
                .spawn(ParameterServer.create(
                        new ShardTools(PLAN, setup.teacher(), living.plane(), living.threads()), reign, rejections));
        Worker.WorkerTools tools =
                new Worker.WorkerTools(PLAN, living.plane(), setup.compute(), living.threads(), living.threads());
        worker = living.kit().spawn(Worker.create(tools, new StepClock(System::nanoTime), reign, rejections));
    }

    @AfterEach
    void end() {
        living.close();
    }

    private enum Target {
        COORDINATOR,
        COORDINATOR_NOW,
        SERVER,
        WORKER
    }

    @ParameterizedTest
    @EnumSource
    void anyValueOfAnyMessageMayBeExtreme(Target target) throws Exception {
        Random random = new Random(target.ordinal());
        Extremes extremes = new Extremes(random);
        Samples samples = new Samples(nobody::getRef);
        List<CoordinatorCommand> toCoordinator = samples.of(CoordinatorCommand.class).stream()
                .filter(it -> !admitsOrEnds(it))
                .toList();
        List<ServerCommand> toServer = samples.of(ServerCommand.class);
        List<WorkerCommand> toWorker = samples.of(WorkerCommand.class);
        long refused = ends((step, stamp) -> {
            for (int i = 0; i < A_STEP; i++) {
                switch (target) {
                    case COORDINATOR ->
                        extremes.of(one(toCoordinator, random), false).ifPresent(living::tell);
                    case COORDINATOR_NOW ->
                        extremes.of(Extremes.with(one(toCoordinator, random), Stamp.class, stamp), true)
                                .filter(it -> !(it instanceof Refused))
                                .ifPresent(living::tell);
                    case SERVER -> extremes.of(one(toServer, random), false).ifPresent(server::tell);
                    case WORKER -> extremes.of(one(toWorker, random), false).ifPresent(worker::tell);
                }
            }
        });
        assertTrue(refused + rejections.count() > A_STEP, "refused " + refused + " and " + rejections.count());
    }

    /** Those are answered for by tokens, and not by bounds. */
    private static boolean admitsOrEnds(CoordinatorCommand it) {
        return it instanceof CoordinatorCommand.WorkerJoined
                || it instanceof CoordinatorCommand.ServerJoined
                || it instanceof CoordinatorCommand.Stop;
    }

    @Test
    void aPartitionBeyondTheLastCrashesNobody() throws Exception {
        long refused = ends((step, stamp) -> {
            living.tell(new CoordinatorCommand.PartitionReached(stamp, 0, 1_000_000, Reached.FEATURES));
            living.tell(new CoordinatorCommand.PartitionReached(stamp, 0, -1, Reached.LOG_SUM_EXPS));
            living.tell(new CoordinatorCommand.PartitionDone(stamp, 0, PLAN.partitions(), 0, 0));
            living.tell(new CoordinatorCommand.PartitionDone(stamp, 77, 0, 1e9, 0));
        });
        assertTrue(refused > 0);
    }

    @Test
    void aShardThatIsNoneDoesNotCountAsReduced() throws Exception {
        ends((step, stamp) -> {
            living.tell(new CoordinatorCommand.Reduced(stamp, 7, new double[] {1e9}, Double.NaN));
            living.tell(new CoordinatorCommand.Reduced(stamp, 0, new double[] {1e9, 1e9, 1e9}, Double.NaN));
            living.tell(new CoordinatorCommand.Reduced(stamp, 0, new double[] {-1e9}, Double.NaN));
        });
    }

    @Test
    void anEpochOfATermThatNobodyToldOfIsNotObeyed() throws Exception {
        ActorRef<CoordinatorCommand> stranger = nobody.getRef().narrow();
        ends((step, stamp) -> {
            Stamp high = new Stamp(HIGHEST_EPOCH, stamp.cursor(), stamp.layout());
            server.tell(new ServerCommand.Free(high, stranger));
            server.tell(new ServerCommand.Survey(high, stranger));
            server.tell(new ServerCommand.Reduce(
                    high, 0, new LeaseTable(0, List.of(new Lease(0, 0, 8))), Optional.empty(), stranger));
            worker.tell(new WorkerCommand.Step(
                    high, 0, 0, Samples.UNMASKED, List.of(), List.of(), Optional.empty(), stranger));
        });
        assertTrue(rejections.count() > 0);
        nobody.expectNoMessage();
    }

    /** Members know each other's workers and servers, and the run's epoch. */
    @Test
    void anOrderThatIsNotAnsweredAtTheMachinesDoorIsNotObeyed() throws Exception {
        TestProbe<CoordinatorCommand> member = living.kit().createTestProbe();
        ends((step, stamp) -> {
            server.tell(new ServerCommand.Survey(stamp, member.getRef()));
            server.tell(new ServerCommand.Free(stamp, member.getRef()));
            server.tell(new ServerCommand.DecideCut(
                    stamp, 0.5, Samples.position(PLAN.start(), Samples.UNMASKED).widthMap(), member.getRef()));
            worker.tell(new WorkerCommand.Step(
                    stamp, 0, 0, Samples.UNMASKED, List.of(), List.of(), Optional.empty(), member.getRef()));
        });
        assertTrue(rejections.count() > 0);
        member.expectNoMessage();
    }

    /** It knows the server, the leases and the step, and has a sum: the announcement lacks the worker's token alone. */
    @Test
    void aSumUnderAnotherWorkersNumberIsNotTaken() throws Exception {
        Node root = new Node(Integer.numberOfTrailingZeros(PLAN.partitions()), 0);
        ends((step, stamp) -> {
            int length = (Samples.MASKED.hash().equals(stamp.layout()) ? Samples.MASKED : Samples.UNMASKED).size();
            Handle sum = living.plane().publish("false/" + stamp.key(), new float[length]);
            Dispute.Answer answer =
                    new Dispute.Answer(0, Checksum.of(FloatVector.of(new float[length]), new Range(0, length)));
            server.tell(new ServerCommand.SubtreeReady(
                    stamp, root, sum, answer, 0, Token.fresh(), nobody.getRef().narrow()));
        });
        assertTrue(rejections.count() > 0);
        nobody.expectNoMessage();
    }

    @Test
    void nobodyEndsTheRunByTellingOfATermThatIsNotClaimed() throws Exception {
        ends((step, stamp) -> {
            living.tell(new Refused(stamp, HIGHEST_EPOCH, "obey me"));
            living.tell(new Refused(stamp, stamp.epoch() + 1, "obey me"));
        });
    }

    /** @return messages that the coordinator has refused, as of the last step but one */
    private long ends(BiConsumer<Integer, Stamp> hostile) throws Exception {
        List<Long> refused = new ArrayList<>();
        TestProbe<Coordinator.Description> asking = living.kit().createTestProbe();
        living.begin(setup, LivingRun.policy(), step -> {
            living.tell(new Coordinator.Describe(asking.getRef()));
            Coordinator.Description now = asking.receiveMessage();
            refused.add(now.run().refused());
            hostile.accept(step, now.run().stamp());
        });
        living.needs(living.coordinator());
        living.needs(server);
        living.needs(worker);
        reign.answersAt(living.coordinator());
        reign.answersAt(nobody.getRef().narrow());
        living.join(server);
        living.joinWorker(worker);
        Oracle oracle = Oracle.run(Fixture.setup(PLAN, 1, 1, folder));
        assertEquals(new Outcome(oracle.digests.get(oracle.digests.size() - 1), true), living.outcome());
        return refused.get(refused.size() - 1);
    }

    private static <T> T one(List<T> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }
}
