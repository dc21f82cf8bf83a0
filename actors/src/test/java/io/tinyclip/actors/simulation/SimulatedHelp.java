package io.tinyclip.actors.simulation;

import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.Reached;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.RunDescription;
import io.tinyclip.actors.run.RunEffect;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Watches a coordinator, and says where it waits for ever today for what need not come: for exactly what {@link
 * ProtocolHangsTest} names. There the simulation helps out, and nowhere else. Without help, which {@code
 * -Dsimulation.unhelped=true} takes away, about every tenth seed hangs.
 */
final class SimulatedHelp {
    private static final boolean HELPED = !Boolean.getBoolean("simulation.unhelped");

    private record Told(int worker, int partition, Reached what) {}

    private final Supplier<RunDescription> run;
    private final Set<Told> told = new HashSet<>();
    private Optional<RunEffect.SendStep> stepping = Optional.empty();
    private Set<Integer> suspects = Set.of();
    private boolean loaded;

    /** @param run as its coordinator describes it */
    SimulatedHelp(Supplier<RunDescription> run) {
        this.run = run;
    }

    void performed(RunEffect effect) {
        if (effect instanceof RunEffect.LoadShards) {
            loaded = true;
        } else if (effect instanceof RunEffect.SendCommit) {
            stepping = Optional.empty();
        } else if (effect instanceof RunEffect.Expel) {
            suspects = Set.of();
        } else if (effect instanceof RunEffect.SendStep step) {
            if (!isStep(step.stamp())) {
                told.clear();
            }
            stepping = Optional.of(step);
        }
    }

    void reached(Stamp stamp, int worker, int partition, Reached what) {
        if (isStep(stamp)) {
            told.add(new Told(worker, partition, what));
        }
    }

    private boolean isStep(Stamp stamp) {
        return stepping.filter(step -> step.stamp().equals(stamp)).isPresent();
    }

    void disputed(int first, int second) {
        suspects = Set.of(first, second);
    }

    /**
     * A leader that has not loaded anything waits for as many members as the rules say, also where the run has begun under
     * another and some are dead since. Others have to take their places; see {@link
     * ProtocolHangsTest#hangsTodayWhenANewLeaderFindsFewerMembersThanTheRunBeganWith}.
     */
    boolean awaitsTheDead(int living, int wanted) {
        return HELPED && living < wanted && !loaded;
    }

    /**
     * All that holders of leases tell is told, and some shard may lack the sum of one that is frozen. It has to thaw; see
     * {@link ProtocolHangsTest#hangsTodayWhenAWorkerFreezesBetweenItsLastGradientAndItsSum}.
     */
    boolean awaitsTheSumOf(int frozen) {
        return HELPED
                && stepping.filter(step -> step.leases().stream().anyMatch(lease -> lease.worker() == frozen)
                                && step.leases().stream().allMatch(this::isTold))
                        .isPresent();
    }

    private boolean isTold(Lease lease) {
        return IntStream.range(lease.from(), lease.to()).allMatch(p -> List.of(Reached.values()).stream()
                .allMatch(what -> told.contains(new Told(lease.worker(), p, what))));
    }

    /**
     * Those are frozen who are not suspected, or who do not sit out, and the leader has leases for nobody else. A new worker
     * has to come; see {@link ProtocolHangsTest#hangsTodayWhenTheOnlyThirdWorkerFreezes} and {@link
     * ProtocolHangsTest#hangsTodayWhenTheOnlyWorkerThatDoesNotSitOutFreezes}.
     */
    boolean awaitsOnly(Set<Integer> frozen, Set<Integer> living) {
        if (!HELPED || frozen.isEmpty()) {
            return false;
        }
        Set<Integer> honest =
                living.stream().filter(worker -> !suspects.contains(worker)).collect(Collectors.toSet());
        List<Integer> eligible = run.get().eligible();
        return !honest.isEmpty() && frozen.containsAll(honest) || !eligible.isEmpty() && frozen.containsAll(eligible);
    }
}
