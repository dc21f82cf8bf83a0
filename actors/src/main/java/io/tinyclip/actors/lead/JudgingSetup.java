package io.tinyclip.actors.lead;

import io.tinyclip.evaluate.PartEmbedder;
import java.util.function.Supplier;

/**
 * How a run's students are judged while it trains.
 *
 * @param everySteps committed steps of the run from one judgement to the next; 0 for none but at the ends of stages
 * @param embedder makes what each worker of this process embeds with
 */
public record JudgingSetup(int everySteps, Supplier<PartEmbedder> embedder) {
    /** At the ends of stages, by whoever listens alone. */
    public static final JudgingSetup NONE = new JudgingSetup(0, PartEmbedder::none);
}
