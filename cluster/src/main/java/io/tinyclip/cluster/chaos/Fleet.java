package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** All machines of a run, and who of them leads. */
final class Fleet {
    private final List<Machine> machines;
    /** How many lead-takings had been seen when a coordinator took the lead last. */
    private final Map<Machine, Integer> leads = new HashMap<>();

    private int taken;
    private boolean ended;

    Fleet(List<Machine> machines) {
        this.machines = List.copyOf(machines);
    }

    List<Machine> machines() {
        return machines;
    }

    /** Starts a machine, unless all are to end. */
    synchronized void start(Machine machine) {
        if (!ended) {
            machine.start();
        }
    }

    /** Ends all for good; whoever asks may be another thread than the one that starts them. */
    void end() {
        synchronized (this) {
            ended = true;
            machines.forEach(Machine::kill);
        }
        machines.forEach(Machine::awaitEnd);
    }

    /** Looks who leads. */
    void look() {
        for (Machine machine : of(Role.CANDIDATE)) {
            if (machine.beginsToLead()) {
                leads.put(machine, ++taken);
            }
        }
    }

    /** Whoever said last that it leads, if it has not ended since; it may have been followed without knowing. */
    Optional<Machine> leader() {
        return of(Role.CANDIDATE).stream()
                .filter(machine -> machine.leads() && machine.isAlive())
                .max(Comparator.comparingInt(machine -> leads.getOrDefault(machine, 0)));
    }

    /** Machines that a fault may come to: those of the role that run. */
    List<Machine> inRole(Role role) {
        Optional<Machine> leader = leader();
        Predicate<Machine> leads = machine -> leader.filter(machine::equals).isPresent();
        List<Machine> found =
                switch (role) {
                    case LEADER -> leader.stream().toList();
                    case CANDIDATE ->
                        of(Role.CANDIDATE).stream().filter(leads.negate()).toList();
                    case SERVER, WORKER -> of(role);
                    case EVERYBODY -> machines;
                    case FOLDER -> List.of();
                };
        return found.stream().filter(Machine::runs).toList();
    }

    /** All machines of a post's role, alive or not; CANDIDATE for coordinators. */
    List<Machine> of(Role role) {
        return machines.stream()
                .filter(machine -> machine.post().role() == role)
                .toList();
    }

    List<Machine> alive() {
        return new ArrayList<>(machines.stream().filter(Machine::isAlive).toList());
    }
}
