package io.tinyclip.actors.lead;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.mask.MaskShares;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import java.util.Optional;

/** What is told of the step under way and decides nothing: how open its masks are, and that it was leased again. */
final class StepNews {
    private Optional<Stamp> step = Optional.empty();
    private Optional<Layout> layout = Optional.empty();
    private int attempt;
    private Optional<MaskShares> shares = Optional.empty();

    /** @return whether others than before compute this step now; a step that is sent again as it was is no news */
    boolean leasedAgain(RunEffect.SendStep sent) {
        boolean same = step.filter(sent.stamp()::equals).isPresent();
        boolean again = same && sent.attempt() > attempt;
        if (!same) {
            step = Optional.of(sent.stamp());
            layout = Optional.of(sent.layout());
            shares = Optional.empty();
        }
        attempt = sent.attempt();
        return again;
    }

    /** The first answer counts, as the others' are equal; one that cannot be of the step's layout is ignored. */
    void masks(CoordinatorCommand.Reduced reduced) {
        if (reduced.masks().length == 0
                || shares.isPresent()
                || step.filter(reduced.stamp()::equals).isEmpty()) {
            return;
        }
        shares = layout.filter(
                        it -> it.masked() && it.hash().equals(reduced.stamp().layout()))
                .flatMap(it -> read(it, reduced.masks()));
    }

    private static Optional<MaskShares> read(Layout layout, float[] flat) {
        try {
            return Optional.of(MaskShares.of(layout, flat));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Of a step that is committed, where it told. */
    Optional<MaskShares> masks(Cursor committed) {
        return step.filter(it -> it.cursor().equals(committed)).flatMap(it -> shares);
    }
}
