package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Card;
import io.tinyclip.cluster.chaos.plan.Fault;
import io.tinyclip.cluster.chaos.plan.Happened;
import io.tinyclip.cluster.chaos.plan.Kind;
import io.tinyclip.cluster.chaos.plan.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings faults about, each when it is due, and takes back those that only last a while. */
final class Injection {
    /** For a run to go on, to have a leader, a machine of the role, two checkpoints, or to come to a failpoint. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private final World world;
    private final Network network;
    private final Optional<Disk> disk;
    private final CheckpointDamage damage;
    private final Aim aim;
    private Optional<Happened> before = Optional.empty();

    Injection(World world, Network network, Optional<Disk> disk) {
        this.world = world;
        this.network = network;
        this.disk = disk;
        this.damage = new CheckpointDamage(world.run().folder());
        this.aim = new Aim(world);
    }

    /** A fault that did not happen, and why. */
    static final class Missed extends Exception {
        private static final long serialVersionUID = 1L;

        Missed(String why) {
            super(why);
        }
    }

    Happened bring(Fault fault) throws Missed {
        if (!isDue(fault.comes())) {
            throw new Missed(overOr("the run stood still for " + PATIENCE.toSeconds() + " s"));
        }
        long millis = world.millis();
        int step = world.timeline().steps();
        String target = inflict(fault);
        if (!fault.card().point().isEmpty()) {
            millis = world.millis();
            step = world.timeline().steps();
        }
        Happened happened = new Happened(fault, target, step, millis);
        before = Optional.of(happened);
        return happened;
    }

    private boolean isDue(Fault.Comes comes) {
        if (comes instanceof Fault.InTrain train && before.isPresent()) {
            long due = before.get().millis() + train.gap().toMillis();
            return world.until(() -> world.millis() >= due, PATIENCE);
        }
        int steps = comes instanceof Fault.AfterSteps after ? after.steps() : 1;
        if (!world.until(world::isQuiet, PATIENCE)) {
            return false;
        }
        int from = world.timeline().commits();
        return world.until(() -> world.timeline().commits() >= from + steps, PATIENCE);
    }

    /** @return to what it was done */
    private String inflict(Fault fault) throws Missed {
        Card card = fault.card();
        return switch (card.kind()) {
            case KILL -> {
                List<Machine> hit =
                        card.role() == Role.EVERYBODY ? world.fleet().alive() : List.of(one(fault));
                hit.forEach(Machine::kill);
                yield card.role() == Role.EVERYBODY ? "all" : hit.get(0).name();
            }
            case TERMINATE -> with(one(fault), Machine::terminate);
            case FREEZE -> lasting(fault, one(fault), Machine::freeze, Machine::wake);
            case CUT, DEAF, MUTE, SLOW ->
                lasting(
                        fault,
                        one(fault),
                        it -> network.disturb(it.post().place(), card.kind()),
                        it -> network.restore(it.post().place()));
            case SHORTEN, FLIP, DELETE -> damaged(fault);
            case FILL -> {
                Disk full = disk.orElseThrow(() -> new IllegalStateException("no disk of its own"));
                full.fill();
                world.after(fault.lasts(), full::free);
                yield "disk";
            }
            case HALT -> aim.halt(fault);
            case HANG -> aim.hang(fault);
        };
    }

    private String lasting(Fault fault, Machine machine, Consumer<Machine> begin, Consumer<Machine> end) {
        begin.accept(machine);
        int life = machine.lives();
        world.after(fault.lasts(), () -> {
            // What was started anew meanwhile has no frozen process, but stands behind the same links.
            if (machine.lives() == life || fault.card().kind() != Kind.FREEZE) {
                end.accept(machine);
            }
        });
        return machine.name();
    }

    private static String with(Machine machine, Consumer<Machine> does) {
        does.accept(machine);
        return machine.name();
    }

    /** It is read by whoever leads next. */
    private String damaged(Fault fault) throws Missed {
        String[] file = {""};
        boolean done = world.until(
                () -> {
                    file[0] = world.fleet().leader().isEmpty()
                            ? ""
                            : damage.inflict(fault.card().kind(), fault.pick()).orElse("");
                    return !file[0].isEmpty();
                },
                PATIENCE);
        if (!done) {
            throw new Missed(overOr("there were no two checkpoints"));
        }
        world.fleet().leader().ifPresent(Machine::kill);
        return file[0];
    }

    private Machine one(Fault fault) throws Missed {
        return Target.await(world, fault);
    }

    private String overOr(String why) {
        return world.run().finished() ? "the run was over" : why;
    }
}
