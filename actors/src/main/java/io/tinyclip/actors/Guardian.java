package io.tinyclip.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.ReceiveBuilder;
import com.typesafe.config.Config;
import io.tinyclip.actors.lead.Coordinator;
import io.tinyclip.actors.lead.LeadTools;
import io.tinyclip.actors.lead.RunDisk;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.task.FailedWork;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * The root of a run's actors in a process: starts its coordinator, and ends with the first actor that fails.
 *
 * @param <C> what it is told
 */
abstract class Guardian<C> extends AbstractBehavior<C> {
    private static final String FILES = "tinyclip.actors.file-dispatcher";
    private static final String LEAVE_WITHIN = "tinyclip.actors.leave-within";
    private static final String REMIND_AFTER = "tinyclip.actors.remind-after";

    private final CompletableFuture<Outcome> outcome;

    /** @param outcome is completed by the end of the run, however it ends */
    Guardian(ActorContext<C> context, CompletableFuture<Outcome> outcome) {
        super(context);
        this.outcome = outcome;
    }

    /** With what every guardian does when a child ends. */
    final ReceiveBuilder<C> receiving() {
        return newReceiveBuilder()
                .onSignal(ChildFailed.class, failed -> childFailed(failed.getCause()))
                .onSignal(Terminated.class, terminated -> this);
    }

    /** @param guarded puts before it what others have to pass */
    final ActorRef<CoordinatorCommand> startCoordinator(
            LeadTools tools, UnaryOperator<Behavior<CoordinatorCommand>> guarded) {
        ActorRef<CoordinatorCommand> coordinator =
                getContext().spawn(guarded.apply(Coordinator.create(tools)), "coordinator");
        getContext().watch(coordinator);
        return coordinator;
    }

    Behavior<C> childFailed(Throwable cause) {
        return fail(cause);
    }

    final Behavior<C> fail(Throwable failure) {
        endWith(failure);
        return Behaviors.stopped();
    }

    final void endWith(Throwable failure) {
        outcome.completeExceptionally(FailedWork.unwrapped(failure));
    }

    /** Whether the run has ended here, well or not. */
    final boolean isOver() {
        return outcome.isDone();
    }

    final void end(Outcome ended) {
        outcome.complete(ended);
    }

    /** Where files are read and written. */
    final Executor files() {
        return executor(FILES);
    }

    final Executor executor(String dispatcher) {
        return getContext().getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher));
    }

    final RunPolicy policy(boolean elastic, boolean relaxed) {
        return RunPolicy.of(config(), elastic, relaxed);
    }

    final Duration remindAfter() {
        return config().getDuration(REMIND_AFTER);
    }

    /** @param frozen is called where it does not get on */
    final RunDisk disk(Runnable frozen) {
        return new RunDisk(config().getDuration(RunDisk.PATIENCE), frozen);
    }

    /** How long whoever asked this machine to end lets it live. */
    final Duration leaveWithin() {
        return config().getDuration(LEAVE_WITHIN);
    }

    private Config config() {
        return getContext().getSystem().settings().config();
    }
}
