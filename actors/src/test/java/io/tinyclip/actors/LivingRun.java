package io.tinyclip.actors;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.lead.LeadTools;
import io.tinyclip.actors.lead.RunDisk;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.shard.ParameterServer;
import io.tinyclip.actors.shard.ShardTools;
import io.tinyclip.actors.worker.Worker;
import io.tinyclip.step.StepCompute;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** A coordinator of an elastic run, and servers and workers for it, as actors of one JVM that come, leave and die. */
final class LivingRun implements AutoCloseable {
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.parseString("akka.actor.serialize-messages = on")
            .withFallback(ConfigFactory.load().getConfig("tinyclip.embedded"))
            .withFallback(ConfigFactory.load()));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService listening = Executors.newSingleThreadExecutor();
    private final LocalDataPlane plane = new LocalDataPlane(threads);
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final List<ActorRef<WorkerCommand>> expelled = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<ActorRef<CoordinatorCommand>> coordinator = new CompletableFuture<>();

    /** Without copies, and with equal leases. */
    static RunPolicy policy() {
        return new RunPolicy(true, false, new RunPolicy.Deadline(3, Duration.ofSeconds(20)), Duration.ofSeconds(20));
    }

    ActorTestKit kit() {
        return kit;
    }

    ExecutorService threads() {
        return threads;
    }

    DataPlane plane() {
        return plane;
    }

    /** Workers whose bits were wrong. */
    List<ActorRef<WorkerCommand>> expelled() {
        return expelled;
    }

    /**
     * Begins the run, which waits for its members.
     *
     * @param committed is called after each committed step, with how many there have been
     */
    Recorder begin(RunSetup setup, RunPolicy policy, IntConsumer committed) {
        Recorder told = new Recorder() {
            @Override
            public void stepCommitted(StepCommitted step) {
                super.stepCommitted(step);
                committed.accept(steps());
            }

            @Override
            public OptionalLong told() {
                return OptionalLong.of(steps());
            }
        };
        lead(setup, policy, told);
        return told;
    }

    /** A coordinator leads, as the only one or after another one has ended; its members are to join it. */
    private void lead(RunSetup setup, RunPolicy policy, RunListener told) {
        coordinator.complete(kit.spawn(Coordinator.create(new LeadTools(
                setup,
                plane,
                threads,
                new RunDisk(Duration.ofMinutes(1), () -> {}),
                policy,
                Duration.ofSeconds(1),
                told,
                listening,
                (worker, reason) -> expelled.add(worker),
                (server, reason) -> {},
                outcome::complete))));
    }

    /** The coordinator ends as it is, and another one begins to lead, who hears of the members. */
    void follow(RunSetup setup, RunPolicy policy, RunListener told) {
        kit.stop(coordinator.join());
        coordinator = new CompletableFuture<>();
        lead(setup, policy, told);
    }

    /** The run has failed once this one ends before it. */
    void needs(ActorRef<?> member) {
        kit.spawn(Behaviors.<Void>setup(context -> {
            context.watch(member);
            return Behaviors.receive(Void.class)
                    .onSignal(Terminated.class, end -> {
                        outcome.completeExceptionally(new AssertionError("[" + member.path() + "] has ended"));
                        return Behaviors.stopped();
                    })
                    .build();
        }));
    }

    Outcome outcome() throws Exception {
        return outcome.get(60, TimeUnit.SECONDS);
    }

    ActorRef<CoordinatorCommand> coordinator() {
        return coordinator.join();
    }

    void tell(CoordinatorCommand message) {
        coordinator.join().tell(message);
    }

    void join(ActorRef<ServerCommand> server) {
        tell(new CoordinatorCommand.ServerJoined(server));
    }

    void joinWorker(ActorRef<WorkerCommand> worker) {
        tell(new CoordinatorCommand.WorkerJoined(worker));
    }

    ActorRef<ServerCommand> server(RunSetup setup) {
        return kit.spawn(ParameterServer.create(new ShardTools(setup.plan(), setup.teacher(), plane, threads)));
    }

    ActorRef<WorkerCommand> worker(RunSetup setup) {
        Supplier<StepCompute> compute = setup.compute();
        return kit.spawn(Worker.create(new Worker.WorkerTools(setup.plan(), plane, compute, threads, threads)));
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
        threads.shutdownNow();
        listening.shutdownNow();
    }
}
