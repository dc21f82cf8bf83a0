package io.tinyclip.actors.lead;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.mask.MaskShares;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** What is told of the step under way and decides nothing: how open its masks are, and that it was leased again. */
final class StepNews {
    private Optional<Stamp> step = Optional.empty();
    private Optional<Layout> layout = Optional.empty();
    private int attempt;
    private List<Lease> leases = List.of();
    private Optional<MaskShares> shares = Optional.empty();

    /**
     * @param names of workers by their number
     * @return what is told where others than before compute this step now; a step that is sent again as it was is no news
     */
    Optional<String> leasedAgain(RunEffect.SendStep sent, IntFunction<String> names) {
        boolean same = step.filter(sent.stamp()::equals).isPresent();
        boolean again = same && sent.attempt() > attempt;
        if (!same) {
            step = Optional.of(sent.stamp());
            layout = Optional.of(sent.layout());
            shares = Optional.empty();
        }
        Optional<String> told = again ? Optional.of(line(sent, names)) : Optional.empty();
        attempt = sent.attempt();
        leases = sent.leases();
        return told;
    }

    private String line(RunEffect.SendStep sent, IntFunction<String> names) {
        String losers = leases.stream()
                .filter(before -> sent.leases().stream().anyMatch(now -> takes(now, before)))
                .map(Lease::worker)
                .distinct()
                .map(names::apply)
                .collect(Collectors.joining(", "));
        return "partitions " + (losers.isEmpty() ? "change hands" : "of " + losers + " go to others") + ", attempt "
                + (sent.attempt() + 1);
    }

    private static boolean takes(Lease now, Lease before) {
        return now.worker() != before.worker() && now.from() < before.to() && before.from() < now.to();
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
