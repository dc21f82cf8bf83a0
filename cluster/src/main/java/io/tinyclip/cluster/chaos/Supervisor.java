package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Starts machines again that have ended: at once, as service managers do, or, where nobody watches over them, only so many that
 * the run has what it can't do without.
 */
final class Supervisor {
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    /** A process that keeps ending by itself is not to take the whole machine's time. */
    private static final Duration LATER = Duration.ofSeconds(3);
    /** A process that ends well knows that the run is finished; its folder may say so a little later. */
    private static final Duration IF_TOO_EARLY = Duration.ofSeconds(30);

    private final Fleet fleet;
    private final boolean watches;
    private final BooleanSupplier over;
    private final Map<Machine, Long> ended = new HashMap<>();
    private final Set<Machine> endedThemselves = new HashSet<>();
    private final List<String> surprises = new ArrayList<>();

    /**
     * @param watches whether everything that ended is started again
     * @param over whether the run is finished: then machines may end
     */
    Supervisor(Fleet fleet, boolean watches, BooleanSupplier over) {
        this.fleet = fleet;
        this.watches = watches;
        this.over = over;
    }

    /** Processes that ended though nothing was done to them, each in a line. */
    List<String> surprises() {
        return surprises;
    }

    /** @param millis now */
    void look(long millis) {
        for (Machine machine : fleet.machines()) {
            if (!machine.isAlive() && !ended.containsKey(machine)) {
                ended.put(machine, millis);
                note(machine);
            }
        }
        for (Role role : List.of(Role.CANDIDATE, Role.SERVER, Role.WORKER)) {
            fleet.of(role).stream()
                    .filter(ended::containsKey)
                    .filter(machine -> millis - ended.getOrDefault(machine, millis)
                            >= delay(machine).toMillis())
                    .skip(watches ? 0 : mayBeMissing(role))
                    .toList()
                    .forEach(this::startAgain);
        }
    }

    /** Starts everything that is not there. */
    void startAll() {
        fleet.machines().stream().filter(it -> !it.isAlive()).toList().forEach(this::startAgain);
    }

    private void startAgain(Machine machine) {
        if (machine.lives() > 0 && endedWell(machine)) {
            surprise(machine);
        }
        ended.remove(machine);
        fleet.start(machine);
    }

    private Duration delay(Machine machine) {
        if (endedWell(machine)) {
            return IF_TOO_EARLY;
        }
        return endedThemselves.contains(machine) ? LATER : AT_ONCE;
    }

    /** Of coordinators most must be there; of the others one. */
    private int mayBeMissing(Role role) {
        int all = fleet.of(role).size();
        return Math.max(0, role == Role.CANDIDATE ? (all - 1) / 2 : all - 1);
    }

    private void note(Machine machine) {
        if (machine.isDoomed()) {
            endedThemselves.remove(machine);
        } else if (!over.getAsBoolean()) {
            endedThemselves.add(machine);
            if (!endedWell(machine)) {
                surprise(machine);
            }
        }
    }

    private static boolean endedWell(Machine machine) {
        return !machine.isDoomed() && machine.exit() == 0;
    }

    private void surprise(Machine machine) {
        String last = machine.printed().lines().reduce("", (before, line) -> line);
        surprises.add(machine.name() + ", life " + machine.lives() + ", ended by itself with exit code "
                + machine.exit() + ": " + last);
    }
}
