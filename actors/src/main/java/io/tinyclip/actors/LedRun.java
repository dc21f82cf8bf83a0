package io.tinyclip.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import io.tinyclip.actors.run.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A run that is led from here, while workers and parameter servers live on machines that join. */
public final class LedRun implements ActorRun {
    private final ActorRef<LeadGuardian.Command> guardian;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /** Another candidate leads from now on, because this one was asked to end or cannot lead any more. */
    public static final class HandedOverException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        HandedOverException() {
            super("handed over to another coordinator");
        }
    }

    private LedRun(ActorSystem<?> system, LeadSetup lead) {
        ExecutorService listening = Executors.newSingleThreadExecutor(task -> new Thread(task, "tinyclip-listener"));
        CompletableFuture<Outcome> found = new CompletableFuture<>();
        this.guardian = system.systemActorOf(LeadGuardian.create(lead, listening, found), "run", Props.empty());
        found.whenComplete((done, failure) -> {
            listening.shutdown();
            if (failure == null) {
                outcome.complete(done);
            } else {
                outcome.completeExceptionally(failure);
            }
        });
    }

    /** Starts leading, or goes on where the checkpoints say. */
    public static LedRun start(ActorSystem<?> system, LeadSetup lead) {
        return new LedRun(system, lead);
    }

    @Override
    public CompletionStage<Outcome> outcome() {
        return outcome.copy();
    }

    /** Where another candidate stands by, it leads next, and the outcome fails with {@link HandedOverException}. */
    @Override
    public void stop() {
        guardian.tell(new LeadGuardian.Stop(false));
    }

    /** Ends it at its next checkpoint, on every machine: nobody goes on with it by itself. */
    public void endEverywhere() {
        guardian.tell(new LeadGuardian.Stop(true));
    }
}
