package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.member.AdmissionTest;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.checkpoint.Terms;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.plan.RunPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run's folder is deleted while a machine has its worker and server, and the same run begins again from term 1. */
class RemadeFolderTest {
    private static final long SECONDS = 60;
    private static final RunPlan PLAN = Fixture.compress();

    @TempDir
    Path folder;

    private final List<Machine> machines = new ArrayList<>();
    private final List<String> said = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        Machine.end(machines);
    }

    @Test
    void aMachineDropsWhatItHasOfTheOldRunAndTakesPartInTheNewOne() throws Exception {
        machines.addAll(Machine.cluster(3));
        RunSetup old = Fixture.setup(PLAN, 1, 1, folder.resolve("old"));
        Terms terms = old.checkpoints().terms();
        for (int i = 0; i < 5; i++) {
            terms.claim();
        }
        CountDownLatch begun = new CountDownLatch(1);
        lead(0, old, "run-1", new Recorder() {
            @Override
            public CompletionStage<Void> stageFinished(StageFinished stage) {
                begun.countDown();
                return new CompletableFuture<>();
            }
        });
        ClusterNode node = lend(1);
        assertTrue(begun.await(SECONDS, TimeUnit.SECONDS));
        machines.remove(0).close();
        RunSetup remade = Fixture.setup(PLAN, 1, 1, folder.resolve("new"));
        LedRun run = lead(1, remade, "run-2", new Recorder());
        assertEquals(new Outcome(Oracle.run(remade).digests.get(1), true), get(run.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(node.end()).kind());
        assertTrue(said.contains("preparing for run run-2"), said.toString());
        assertEquals(1, remade.checkpoints().terms().newest());
    }

    private LedRun lead(int machine, RunSetup setup, String runId, RunListener listener) {
        RunTerms any = AdmissionTest.terms(Numerics.STRICT);
        RunTerms terms = new RunTerms(
                runId,
                any.belonging(),
                any.settings(),
                any.decisive(),
                any.dataHash(),
                any.teachers(),
                any.numerics(),
                any.precision(),
                any.admits());
        Machine at = machines.get(machine);
        return LedRun.start(at.system(), new LeadSetup(setup, at.plane(), listener, terms, new DeafListener()));
    }

    private ClusterNode lend(int machine) {
        Machine at = machines.get(machine);
        RunTerms.Belonging belonging = new RunTerms.Belonging("build-1", "one");
        Set<MemberRole> both = Set.of(MemberRole.WORKER, MemberRole.SERVER);
        Duration patience = Duration.ofSeconds(SECONDS);
        return ClusterNode.lend(
                at.system(), new ClusterNode.Loan(belonging, both, new FakeHost(), at.plane(), patience, said::add));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }
}
