package io.tinyclip.actors;

import io.tinyclip.actors.run.Outcome;
import java.util.concurrent.CompletionStage;

/** A run's actors at work, wherever they live. */
public interface ActorRun {
    /** How the run ends; its threads here have ended by then. Fails with what ended it, if it did not end by itself. */
    CompletionStage<Outcome> outcome();

    /** Finishes the step under way, writes a checkpoint and ends; returns at once. */
    void stop();
}
