package io.tinyclip.actors;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.actors.task.FailedWork;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A whole run in this JVM: one coordinator, with the workers and parameter servers that its setup asks for. */
public final class EmbeddedRun implements ActorRun {
    private static final String NAME = "tinyclip";
    private static final String FILES = "tinyclip.actors.file-dispatcher.thread-pool-executor.fixed-pool-size";

    private final ActorSystem<RunGuardian.Command> system;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    private EmbeddedRun(RunSetup setup, RunListener listener, Optional<Supplier<DataPlane>> planes, Config overriding) {
        Config config = overriding
                .withFallback(ConfigFactory.load().getConfig("tinyclip.embedded"))
                .withFallback(ConfigFactory.load());
        ExecutorService compute = threads("compute", setup.threads());
        ExecutorService files = threads("files", config.getInt(FILES));
        ExecutorService listening = threads("listener", 1);
        CompletableFuture<Outcome> found = new CompletableFuture<>();
        RunGuardian.EmbeddedTools tools =
                new RunGuardian.EmbeddedTools(setup, listener, planes, compute, files, listening, found);
        this.system = ActorSystem.create(RunGuardian.create(tools), NAME, config);
        system.getWhenTerminated()
                .whenCompleteAsync(
                        (done, failure) -> {
                            found.completeExceptionally(
                                    new IllegalStateException("the run's actors ended before the run did"));
                            end(compute);
                            end(files);
                            end(listening);
                            found.whenComplete(this::complete);
                        },
                        EmbeddedRun::onOwnThread);
    }

    /**
     * Starts a run, or goes on with it where its checkpoints say.
     *
     * @param listener hears of every step and stage
     */
    public static EmbeddedRun start(RunSetup setup, RunListener listener) {
        return start(setup, listener, ConfigFactory.empty());
    }

    /**
     * Starts a run, or goes on with it where its checkpoints say.
     *
     * @param overriding settings over those of {@code reference.conf}, such as {@code tinyclip.actors.remind-after}
     */
    public static EmbeddedRun start(RunSetup setup, RunListener listener, Config overriding) {
        return new EmbeddedRun(setup, listener, Optional.empty(), overriding);
    }

    /**
     * Starts a run whose actors have data planes of their own, as if each were a process.
     *
     * @param planes asked for one by the coordinator first, then by each server, then by each worker; the caller closes
     *     them after the run's end
     */
    public static EmbeddedRun startApart(RunSetup setup, RunListener listener, Supplier<DataPlane> planes) {
        return new EmbeddedRun(setup, listener, Optional.of(planes), ConfigFactory.empty());
    }

    @Override
    public CompletionStage<Outcome> outcome() {
        return outcome.copy();
    }

    @Override
    public void stop() {
        system.tell(new RunGuardian.Stop());
    }

    /** Ends one worker, as a crash would. */
    void killWorker(int worker) {
        system.tell(new RunGuardian.KillWorker(worker));
    }

    private void complete(Outcome found, Throwable failure) {
        if (failure == null) {
            outcome.complete(found);
        } else {
            outcome.completeExceptionally(FailedWork.unwrapped(failure));
        }
    }

    /**
     * Every task of the run ends within a partition's work or a piece of a checkpoint, so this waits for no longer than that.
     * Whoever hears of the run's end then has its folder for himself.
     */
    private static void end(ExecutorService threads) {
        threads.shutdown();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void onOwnThread(Runnable task) {
        new Thread(task, NAME + "-end").start();
    }

    private static ExecutorService threads(String what, int count) {
        AtomicInteger next = new AtomicInteger();
        return Executors.newFixedThreadPool(
                count, task -> new Thread(task, NAME + "-" + what + "-" + next.getAndIncrement()));
    }
}
