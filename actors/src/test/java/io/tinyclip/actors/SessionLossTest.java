package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.member.AdmissionTest;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.plan.RunPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the end of a session with the coordinator does, while the cluster still takes everybody for alive. */
class SessionLossTest {
    private static final long SECONDS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(SECONDS);
    private static final Set<MemberRole> BOTH = Set.of(MemberRole.WORKER, MemberRole.SERVER);
    private static final RunPlan PLAN = Fixture.compress();
    private static final RunTerms.Belonging BELONGING = new RunTerms.Belonging("build-1", "one");

    @TempDir
    Path folder;

    private final List<Machine> machines = Machine.cluster(3);
    private final News news = new News();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void end() {
        goOn.countDown();
        Machine.end(machines);
    }

    @Test
    void aMachineWhoseConnectionsEndIsDoneWithoutAtOnce() throws Exception {
        RunSetup setup = Fixture.setup(PLAN, 2, 1, folder);
        LedRun run = lead(setup);
        lend(1, BOTH, machines.get(1).plane());
        lend(2, Set.of(MemberRole.WORKER), machines.get(2).plane());
        assertTrue(begun.await(SECONDS, TimeUnit.SECONDS));
        machines.get(2).disconnect();
        assertEquals(machines.get(2).address(), news.left());
        assertTrue(
                machines.get(0).countsAmongMembers(machines.get(2)),
                "the cluster found out before the coordinator did");
        goOn.countDown();
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
    }

    @Test
    void aMachineThatLivesJoinsAgainAndNoBitChanges() throws Exception {
        RunSetup setup = Fixture.setup(PLAN, 2, 1, folder);
        LedRun run = lead(setup);
        CuttingPlane server = new CuttingPlane(machines.get(1).plane());
        CuttingPlane worker = new CuttingPlane(machines.get(2).plane());
        ClusterNode first = lend(1, BOTH, server);
        ClusterNode second = lend(2, Set.of(MemberRole.WORKER), worker);
        assertTrue(begun.await(SECONDS, TimeUnit.SECONDS));
        Set<String> both = Set.of(machines.get(1).address(), machines.get(2).address());
        assertEquals(both, Set.of(news.admitted(), news.admitted()));
        worker.cut();
        server.cut();
        assertEquals(both, Set.of(news.left(), news.left()));
        assertEquals(both, Set.of(news.admitted(), news.admitted()));
        goOn.countDown();
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(first.end()).kind());
        assertEquals(NodeEnd.Kind.FINISHED, get(second.end()).kind());
    }

    @Test
    void aMachineThatComesBackAtItsAddressTakesPartAgain() throws Exception {
        RunSetup setup = Fixture.setup(PLAN, 2, 1, folder);
        LedRun run = lead(setup);
        lend(1, BOTH, machines.get(1).plane());
        lend(2, Set.of(MemberRole.WORKER), machines.get(2).plane());
        assertTrue(begun.await(SECONDS, TimeUnit.SECONDS));
        Machine dead = machines.get(2);
        Set<String> both = Set.of(machines.get(1).address(), dead.address());
        assertEquals(both, Set.of(news.admitted(), news.admitted()));
        dead.disconnect();
        String port = dead.address().substring(dead.address().lastIndexOf(':') + 1);
        machines.add(Machine.start(
                "akka { remote.artery.canonical.port = " + port + ", cluster.retry-unsuccessful-join-after = 1s }"));
        machines.get(3).join(machines.get(0));
        ClusterNode again = lend(3, Set.of(MemberRole.WORKER), machines.get(3).plane());
        assertEquals(dead.address(), news.admitted());
        goOn.countDown();
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(again.end()).kind());
    }

    @Test
    void aCandidateHearsOfItsLeadersEnd() throws Exception {
        CompletableFuture<String> leaderGone = new CompletableFuture<>();
        CuttingPlane plane = new CuttingPlane(machines.get(1).plane());
        ClusterNode.standBy(
                machines.get(1).system(),
                new ClusterNode.Stall(BELONGING, new TreeMap<>(settings()), plane, leaderGone::complete, leader -> {}));
        lead(Fixture.setup(PLAN, 9, 9, folder));
        get(plane.holding());
        machines.get(0).plane().close();
        assertEquals(machines.get(0).address(), get(leaderGone));
    }

    private static Map<String, String> settings() {
        return AdmissionTest.terms(Numerics.STRICT).decisive();
    }

    private LedRun lead(RunSetup setup) {
        Machine leader = machines.get(0);
        return LedRun.start(
                leader.system(),
                new LeadSetup(setup, leader.plane(), new Holding(), AdmissionTest.terms(Numerics.STRICT), news));
    }

    private ClusterNode lend(int machine, Set<MemberRole> roles, DataPlane plane) {
        return ClusterNode.lend(
                machines.get(machine).system(),
                new ClusterNode.Loan(BELONGING, roles, new FakeHost(), plane, PATIENCE, line -> {}));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    /** Holds the run up after its first stage. */
    private final class Holding extends Recorder {
        @Override
        public CompletionStage<Void> stageFinished(StageFinished stage) {
            begun.countDown();
            return super.stageFinished(stage).thenRunAsync(() -> {
                try {
                    assertTrue(goOn.await(SECONDS, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    /** Addresses of machines, as they come and go. */
    private static final class News extends DeafListener {
        private final LinkedBlockingQueue<String> admitted = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<String> left = new LinkedBlockingQueue<>();

        String admitted() throws InterruptedException {
            return String.valueOf(admitted.poll(SECONDS, TimeUnit.SECONDS));
        }

        String left() throws InterruptedException {
            return String.valueOf(left.poll(SECONDS, TimeUnit.SECONDS));
        }

        @Override
        public void admitted(Set<MemberRole> roles, String address) {
            admitted.add(address);
        }

        @Override
        public void left(Set<MemberRole> roles, String address) {
            left.add(address);
        }
    }
}
