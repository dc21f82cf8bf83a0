package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Fault;
import io.tinyclip.cluster.chaos.plan.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Aims at failpoints: a process ends or stands still when it comes to one. */
final class Aim {
    private static final String REACHED = ".reached";

    private final World world;

    Aim(World world) {
        this.world = world;
    }

    /** @return who ended */
    String halt(Fault fault) throws Injection.Missed {
        Machine hit = reached(fault, "halt");
        hit.doom();
        disarm(List.of(hit));
        return hit.name();
    }

    /** @return who stands there until the fault is over */
    String hang(Fault fault) throws Injection.Missed {
        Machine hit = reached(fault, "hang");
        world.after(fault.lasts(), () -> disarm(List.of(hit)));
        return hit.name();
    }

    private Machine reached(Fault fault, String action) throws Injection.Missed {
        List<Machine> armed = armed(fault);
        String order = fault.card().point() + ":1:" + action;
        armed.forEach(machine -> arm(machine, order));
        provoke(fault);
        boolean came = world.until(() -> first(armed).isPresent(), Injection.PATIENCE);
        Optional<Machine> hit = first(armed);
        disarm(armed.stream()
                .filter(machine -> hit.filter(machine::equals).isEmpty())
                .toList());
        if (!came || hit.isEmpty()) {
            disarm(armed);
            throw new Injection.Missed(
                    world.run().finished()
                            ? "the run was over"
                            : "nobody came to it in " + Injection.PATIENCE.toSeconds() + " s");
        }
        return hit.get();
    }

    /** Whoever may lead by the time; of servers and workers one, but all where what is to be met is met by one of them. */
    private List<Machine> armed(Fault fault) throws Injection.Missed {
        return switch (fault.card().role()) {
            case LEADER, CANDIDATE -> world.fleet().of(Role.CANDIDATE);
            case SERVER, WORKER ->
                fault.card().point().startsWith("load")
                        ? world.fleet().of(fault.card().role())
                        : List.of(Target.await(world, fault));
            case EVERYBODY, FOLDER -> throw new IllegalArgumentException("no failpoints of " + fault.card());
        };
    }

    /** Machines come to some points only after a death. */
    private void provoke(Fault fault) throws Injection.Missed {
        String point = fault.card().point();
        if (point.startsWith("join")) {
            Target.await(world, fault).kill();
        } else if (point.startsWith("load")) {
            // As long as one of them lives, nothing of a checkpoint may be needed.
            world.fleet().inRole(Role.SERVER).forEach(Machine::kill);
        } else if (point.startsWith("term-claim")) {
            world.until(() -> world.fleet().leader().isPresent(), Injection.PATIENCE);
            world.fleet().leader().ifPresent(Machine::kill);
        }
    }

    private static Optional<Machine> first(List<Machine> armed) {
        return armed.stream().filter(machine -> Files.exists(mark(machine))).findFirst();
    }

    private static Path mark(Machine machine) {
        Path orders = machine.post().failpoints();
        return orders.resolveSibling(orders.getFileName() + REACHED);
    }

    private static void arm(Machine machine, String order) {
        try {
            Path orders = machine.post().failpoints();
            Path whole = orders.resolveSibling(orders.getFileName() + ".new");
            Files.writeString(whole, order);
            Files.move(whole, orders, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot aim: " + e.getMessage(), e);
        }
    }

    private static void disarm(List<Machine> armed) {
        try {
            for (Machine machine : armed) {
                Files.deleteIfExists(machine.post().failpoints());
                Files.deleteIfExists(mark(machine));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot take an aim back: " + e.getMessage(), e);
        }
    }
}
