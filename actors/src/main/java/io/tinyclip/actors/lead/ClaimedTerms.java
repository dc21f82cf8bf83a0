package io.tinyclip.actors.lead;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.task.AfterWork;
import io.tinyclip.checkpoint.CheckpointStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Whether somebody has claimed a term of which a message speaks: anybody may say so, the run folder tells. */
final class ClaimedTerms {
    private final CheckpointStore checkpoints;
    private final Executor files;
    private final AfterWork<CoordinatorCommand> later;
    private boolean looking;

    /** @param files runs what reads the run folder */
    ClaimedTerms(CheckpointStore checkpoints, Executor files, AfterWork<CoordinatorCommand> later) {
        this.checkpoints = checkpoints;
        this.files = files;
        this.later = later;
    }

    /** Tells it on the actor. While one look is under way others are not begun: whoever refuses says so again. */
    void isClaimed(long term, Consumer<Boolean> then) {
        if (looking) {
            return;
        }
        looking = true;
        later.then(CompletableFuture.supplyAsync(() -> checkpoints.terms().newest(), files), newest -> {
            looking = false;
            then.accept(term <= newest);
        });
    }
}
