package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RegistrarCommand;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.member.AdmissionTest;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.actors.tls.TestKeys;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.reduce.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those do not get who take no part, or try what their certificate is not for. */
final class StrangersTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final long SECONDS = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(SECONDS);

    @TempDir
    private Path folder;

    @TempDir
    private Path keyFolder;

    private final List<Machine> machines = new ArrayList<>();

    @AfterEach
    void close() {
        Machine.end(machines);
    }

    /** It knows the coordinator's path, as whoever has the program does. */
    @Test
    void nothingIsActedOnThatComesStraightToTheCoordinator() throws Exception {
        machines.addAll(Machine.cluster(2));
        Machine stranger = Machine.start();
        machines.add(stranger);
        RunSetup setup = Fixture.setup(PLAN, 2, 1, folder);
        LedRun run = lead(setup);
        Queue<WorkerCommand> told = new ConcurrentLinkedQueue<>();
        ActorRef<WorkerCommand> fake = stranger.system()
                .systemActorOf(
                        Behaviors.<WorkerCommand>receiveMessage(message -> {
                            told.add(message);
                            return Behaviors.same();
                        }),
                        "worker-1",
                        Props.empty());
        StatusQuestion.answeredBy(machines.get(0).system(), "one");
        await(status -> status.run().isPresent());
        ActorRef<CoordinatorCommand> coordinator = ActorRefResolver.get(stranger.system())
                .resolveActorRef("akka://tinyclip@" + machines.get(0).address() + "/system/run/coordinator");
        coordinator.tell(new CoordinatorCommand.WorkerJoined(fake));
        coordinator.tell(new CoordinatorCommand.Stop());
        await(status -> status.refused() == 2);
        ClusterNode first = lend(1, Set.of(MemberRole.WORKER, MemberRole.SERVER));
        Machine third = Machine.start();
        third.join(machines.get(0));
        machines.add(third);
        lend(3, Set.of(MemberRole.WORKER));
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(first.end()).kind());
        assertEquals(List.of(), List.copyOf(told));
    }

    /** A peer knows the path of a machine's worker, and so that of the agent above it. */
    @Test
    void nothingIsActedOnThatComesStraightToAMachinesAgent() throws Exception {
        machines.addAll(Machine.cluster(2));
        CompletableFuture<ActorRef<Answer>> told = new CompletableFuture<>();
        ActorRef<RegistrarCommand> registrar = machines.get(0)
                .system()
                .systemActorOf(
                        Behaviors.<RegistrarCommand>receiveMessage(said -> {
                            if (said instanceof RegistrarCommand.Offer offer) {
                                told.complete(offer.agent());
                            }
                            return Behaviors.same();
                        }),
                        "registrar",
                        Props.empty());
        machines.get(0)
                .system()
                .receptionist()
                .tell(Receptionist.register(ServiceKey.create(RegistrarCommand.class, "registrar"), registrar));
        ClusterNode node = lend(1, Set.of(MemberRole.WORKER));
        ActorRef<Answer> ear = get(told);
        String address = ActorRefResolver.get(machines.get(0).system()).toSerializationFormat(ear);
        assertTrue(address.matches(".*/tinyclip-node-[0-9a-f]{32}/ear-[0-9a-f]{32}#.*"), address);
        ActorRef<Answer> agent = ActorRefResolver.get(machines.get(0).system())
                .resolveActorRef(address.substring(0, address.lastIndexOf('/')));
        agent.tell(new Answer.NotAdmitted("says a peer"));
        agent.tell(new Answer.Restart("says a peer"));
        ear.tell(new Answer.NotAdmitted("says whoever it offered itself to"));
        assertEquals(new NodeEnd(NodeEnd.Kind.REFUSED, "says whoever it offered itself to"), get(node.end()));
    }

    /** It takes part itself, and passes on the session by which the leader would prove itself to it. */
    @Test
    void whoPassesOnItsOwnSessionGetsNoWorkerOfAnother() throws Exception {
        machines.addAll(Machine.cluster(3));
        RunSetup setup = Fixture.setup(PLAN, 1, 1, folder);
        LedRun run = lead(setup);
        Queue<RegistrarCommand> told = new ConcurrentLinkedQueue<>();
        CompletableFuture<Answer.Welcome> own = new CompletableFuture<>();
        ActorRef<Answer> fakeEar = spawn(1, "fake-ear", Answer.class, answer -> {
            if (answer instanceof Answer.Welcome welcome) {
                own.complete(welcome);
            }
        });
        ActorRef<RegistrarCommand> impostor = spawnRegistrar(1, told, own);
        StatusQuestion.answeredBy(machines.get(0).system(), "one");
        await(status -> status.run().isPresent());
        ActorRefResolver.get(machines.get(1).system())
                .<RegistrarCommand>resolveActorRef(
                        "akka://tinyclip@" + machines.get(0).address() + "/system/run/registrar")
                .tell(new RegistrarCommand.Offer(
                        new RunTerms.Claim(
                                new RunTerms.Belonging("build-1", "one"), Set.of(MemberRole.WORKER), Map.of()),
                        fakeEar));
        get(own);
        machines.get(1)
                .system()
                .receptionist()
                .tell(Receptionist.register(ServiceKey.create(RegistrarCommand.class, "registrar"), impostor));
        ClusterNode node = lend(2, Set.of(MemberRole.WORKER, MemberRole.SERVER));
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
        assertEquals(NodeEnd.Kind.FINISHED, get(node.end()).kind());
        assertTrue(told.stream().anyMatch(RegistrarCommand.Offer.class::isInstance), "it was not asked");
        assertTrue(told.stream().allMatch(RegistrarCommand.Offer.class::isInstance), told.toString());
    }

    /** Answers each offer by a welcome of a higher term, with its own session. */
    private ActorRef<RegistrarCommand> spawnRegistrar(
            int machine, Queue<RegistrarCommand> told, CompletableFuture<Answer.Welcome> own) {
        CompletableFuture<ActorRef<RegistrarCommand>> self = new CompletableFuture<>();
        self.complete(spawn(machine, "registrar", RegistrarCommand.class, said -> {
            told.add(said);
            if (said instanceof RegistrarCommand.Offer offer) {
                Answer.Welcome welcome = own.join();
                Answer.Invitation now = welcome.invitation();
                Answer.Invitation later = new Answer.Invitation(
                        now.runId(), now.term() + 1, now.settings(), now.dataHash(), now.teachers(), now.precision());
                offer.agent().tell(new Answer.Welcome(later, self.join(), welcome.session(), welcome.door()));
            }
        }));
        return self.join();
    }

    private <T> ActorRef<T> spawn(int machine, String name, Class<T> told, Consumer<T> then) {
        return machines.get(machine)
                .system()
                .systemActorOf(
                        Behaviors.receive(told)
                                .onAnyMessage(message -> {
                                    then.accept(message);
                                    return Behaviors.same();
                                })
                                .build(),
                        name,
                        Props.empty());
    }

    /** By what the program says of it: the names that it gives, without what is random of them. */
    @Test
    void aServersPathCannotBeGuessed() throws Exception {
        machines.addAll(Machine.cluster(2));
        Machine stranger = Machine.start();
        machines.add(stranger);
        RunSetup setup = Fixture.setup(PLAN, 1, 1, folder);
        Queue<Object> heard = new ConcurrentLinkedQueue<>();
        ActorRef<Refused> answers = stranger.system()
                .systemActorOf(
                        Behaviors.<Refused>receiveMessage(refused -> {
                            heard.add(refused);
                            return Behaviors.same();
                        }),
                        "answers",
                        Props.empty());
        ActorRefResolver resolver = ActorRefResolver.get(stranger.system());
        Stamp old = new Stamp(0, PLAN.start(), "layout");
        String system = "akka://tinyclip@" + machines.get(1).address() + "/system/";
        LedRun run = lead(setup, new Recorder() {
            @Override
            public void stepCommitted(StepCommitted step) {
                super.stepCommitted(step);
                for (String name : List.of("tinyclip-node", "tinyclip-node-", "tinyclip-node-1")) {
                    for (int number = 0; number < 100; number++) {
                        ActorRef<ServerCommand> server = resolver.resolveActorRef(system + name + "/server-" + number);
                        server.tell(new ServerCommand.SubtreeReady(
                                old,
                                new Node(0, 0),
                                new Handle("", "sum", 1),
                                new Dispute.Answer(0, 1),
                                0,
                                "",
                                answers));
                    }
                }
            }
        });
        lend(1, Set.of(MemberRole.WORKER, MemberRole.SERVER));
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
        assertEquals(List.of(), List.copyOf(heard));
    }

    /** Its agent's path a peer can know; not by which name the registrar knows it. */
    @Test
    void nobodySpeaksOfAMachineThatHasNotOfferedItselfUnderThatName() throws Exception {
        machines.addAll(Machine.cluster(2));
        Machine stranger = Machine.start();
        machines.add(stranger);
        RunSetup setup = Fixture.setup(PLAN, 1, 1, folder);
        LedRun run = lead(setup);
        StatusQuestion.answeredBy(machines.get(0).system(), "one");
        await(status -> status.run().isPresent());
        ActorRefResolver resolver = ActorRefResolver.get(stranger.system());
        ActorRef<RegistrarCommand> registrar =
                resolver.resolveActorRef("akka://tinyclip@" + machines.get(0).address() + "/system/run/registrar");
        ActorRef<Answer> guessed =
                resolver.resolveActorRef("akka://tinyclip@" + machines.get(1).address() + "/system/tinyclip-node");
        registrar.tell(new RegistrarCommand.Leaving(guessed));
        registrar.tell(new RegistrarCommand.Broken(new Breakdown(Breakdown.Cause.DATA, "no tar"), guessed));
        registrar.tell(new RegistrarCommand.Ready(
                new RunTerms.Proof(Optional.empty(), Optional.empty()), Optional.empty(), Optional.empty(), guessed));
        await(status -> status.refused() == 3);
        lend(1, Set.of(MemberRole.WORKER, MemberRole.SERVER));
        assertEquals(new Outcome(Oracle.run(setup).digests.get(1), true), get(run.outcome()));
    }

    @Test
    void aWorkersCertificateNeitherStandsByToLeadNorHoldsAShard() throws Exception {
        TestKeys keys = new TestKeys(keyFolder);
        machines.add(Machine.start("", Optional.of(keys.of("coordinator", Role.COORDINATOR))));
        Credentials worker = keys.of("worker", Role.WORKER);
        for (int i = 1; i <= 3; i++) {
            machines.add(Machine.start("", Optional.of(worker)));
        }
        machines.forEach(machine -> machine.join(machines.get(0)));
        lead(Fixture.setup(PLAN, 9, 9, folder));
        NodeEnd candidate = get(ClusterNode.standBy(
                machines.get(1).system(),
                new ClusterNode.Stall(
                        new RunTerms.Belonging("build-1", "one"),
                        new TreeMap<>(Map.of("tinyclip.batch", "256")),
                        machines.get(1).plane(),
                        gone -> {},
                        leaves -> {})));
        assertEquals(NodeEnd.Kind.REFUSED, candidate.kind());
        assertTrue(
                candidate.line().contains("for [worker]") && candidate.line().contains("[coordinator]"),
                candidate.line());
        NodeEnd server =
                get(lend(2, Set.of(MemberRole.WORKER, MemberRole.SERVER)).end());
        assertEquals(NodeEnd.Kind.REFUSED, server.kind());
        assertTrue(server.line().contains("[worker, server]"), server.line());
    }

    private void await(Predicate<ClusterStatus> wanted) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        ClusterStatus found = status();
        while (!wanted.test(found)) {
            assertTrue(System.nanoTime() < end, found.toString());
            found = status();
        }
    }

    private ClusterStatus status() throws Exception {
        Machine leader = machines.get(0);
        return get(StatusQuestion.ask(leader.system(), leader.address(), PATIENCE));
    }

    private LedRun lead(RunSetup setup) {
        return lead(setup, new Recorder());
    }

    private LedRun lead(RunSetup setup, Recorder recorder) {
        return LedRun.start(
                machines.get(0).system(),
                new LeadSetup(
                        setup,
                        machines.get(0).plane(),
                        recorder,
                        AdmissionTest.terms(Numerics.STRICT),
                        new DeafListener()));
    }

    private ClusterNode lend(int machine, Set<MemberRole> roles) {
        return ClusterNode.lend(
                machines.get(machine).system(),
                new ClusterNode.Loan(
                        new RunTerms.Belonging("build-1", "one"),
                        roles,
                        new FakeHost(),
                        machines.get(machine).plane(),
                        PATIENCE,
                        line -> {}));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }
}
