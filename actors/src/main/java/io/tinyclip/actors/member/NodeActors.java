package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import io.tinyclip.actors.bounds.Reign;
import io.tinyclip.actors.bounds.Rejections;
import io.tinyclip.actors.bounds.StepHeard;
import io.tinyclip.actors.join.AgentCommand;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.MemberReport;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.actors.shard.ParameterServer;
import io.tinyclip.actors.shard.ShardTools;
import io.tinyclip.actors.worker.StepClock;
import io.tinyclip.actors.worker.Worker;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.plan.Cursor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The actors by which a machine takes part in a run, children of its agent.
 *
 * @param run that they take part in, in the precision that they were prepared for
 */
record NodeActors(
        Answer.Invitation run,
        RunTerms.Proof proof,
        Optional<ActorRef<WorkerCommand>> worker,
        Optional<ActorRef<ServerCommand>> server,
        StepClock clock,
        Reign reign,
        Rejections rejections,
        long begunNanos) {
    /** A thread that has had nothing to do for so long ends. */
    private static final long IDLE_SECONDS = 10;

    private static final AtomicInteger STARTED = new AtomicInteger();

    /** Starts what the machine's roles ask for. */
    static NodeActors start(
            ActorContext<AgentCommand> agent, AgentTools at, Answer.Invitation run, NodeHost.Prepared host) {
        int number = STARTED.incrementAndGet();
        StepClock clock = new StepClock(System::nanoTime);
        Reign reign = Reign.of(run.term());
        Rejections rejections = new Rejections();
        Consumer<Cursor> asked = step -> at.host().asked(run.runId(), step);
        Optional<ActorRef<WorkerCommand>> worker = host.computing().map(computing -> {
            Worker.WorkerTools tools = new Worker.WorkerTools(
                    host.plan(),
                    at.plane(),
                    computing.compute(),
                    computing.embedder(),
                    clock.measured(threads(computing.threads())),
                    executor(agent, "tinyclip.actors.arithmetic-dispatcher"));
            Behavior<WorkerCommand> behavior = Worker.create(tools, clock, reign, rejections);
            return agent.spawn(
                    StepHeard.before(behavior, WorkerCommand.class, NodeActors::step, asked), "worker-" + number);
        });
        Optional<ActorRef<ServerCommand>> server = at.claim().roles().contains(MemberRole.SERVER)
                ? Optional.of(agent.spawn(
                        StepHeard.before(
                                ParameterServer.create(shards(agent, at, host), reign, rejections),
                                ServerCommand.class,
                                NodeActors::step,
                                asked),
                        "server-" + number))
                : Optional.empty();
        worker.ifPresent(agent::watch);
        server.ifPresent(agent::watch);
        RunTerms.Proof proof = new RunTerms.Proof(
                host.computing().map(NodeHost.Computing::dataHash),
                host.computing().map(NodeHost.Computing::numerics));
        Answer.Invitation prepared =
                proof.numerics().flatMap(NumericClass::precision).map(run::in).orElse(run);
        return new NodeActors(prepared, proof, worker, server, clock, reign, rejections, System.nanoTime());
    }

    private static Optional<Cursor> step(WorkerCommand command) {
        return command instanceof WorkerCommand.Step it ? Optional.of(it.stamp().cursor()) : Optional.empty();
    }

    private static Optional<Cursor> step(ServerCommand command) {
        return command instanceof ServerCommand.Reduce it
                ? Optional.of(it.stamp().cursor())
                : Optional.empty();
    }

    private static ShardTools shards(ActorContext<AgentCommand> agent, AgentTools at, NodeHost.Prepared prepared) {
        return new ShardTools(
                prepared.plan(),
                prepared.teacher(),
                at.plane(),
                executor(agent, "tinyclip.actors.arithmetic-dispatcher"));
    }

    private static Executor threads(int count) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "tinyclip-compute");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static Executor executor(ActorContext<?> agent, String dispatcher) {
        return agent.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher));
    }

    /** Ends them, without their agent; what still computes does so within a partition's work. */
    void stop(ActorContext<AgentCommand> agent) {
        Stream.concat(worker.stream(), server.stream()).forEach(actor -> {
            agent.unwatch(actor);
            agent.stop(actor);
        });
    }

    MemberReport report(List<Link> links) {
        return new MemberReport(
                System.nanoTime() - begunNanos,
                clock.leased(),
                clock.partitions(),
                clock.spent(),
                ProcessMemory.bytes(),
                links,
                rejections.count());
    }
}
