package io.tinyclip.actors.message;

import io.tinyclip.optimize.AdamW;
import io.tinyclip.plan.Rates;

/**
 * What the optimizer is to do between two versions.
 *
 * @param clipScale that gradients are multiplied by
 * @param count of this update since the optimizer state began
 * @param skip whether weights and moments stay as they are, since the gradient's norm is not finite
 * @param measures what the step came to
 */
public record CommitOrder(
        Stamp stamp, Stamp next, float clipScale, Rates rates, long count, boolean skip, StepMeasures measures) {
    /** What each block of the vector is given. */
    public AdamW.Update update() {
        return new AdamW.Update(rates, clipScale, count);
    }
}
