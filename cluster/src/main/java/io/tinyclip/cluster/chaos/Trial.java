package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Aftermath;
import io.tinyclip.cluster.chaos.plan.Family;
import io.tinyclip.cluster.chaos.plan.Fault;
import io.tinyclip.cluster.chaos.plan.Happened;
import io.tinyclip.cluster.chaos.plan.Schedule;
import io.tinyclip.cluster.chaos.plan.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One seed: a run from its beginning to its end, and the faults that come to it. */
final class Trial {
    private static final Duration BEGIN = Duration.ofMinutes(3);
    private static final Duration STANDSTILL = Duration.ofMinutes(4);
    private static final Duration END = Duration.ofSeconds(30);

    private static final double MILLIS = 1000;

    private final Setup setup;
    private final long seed;
    private final Consumer<String> say;

    /** @param say takes lines for whoever watches */
    Trial(Setup setup, long seed, Consumer<String> say) {
        this.setup = setup;
        this.seed = seed;
        this.say = say;
    }

    /**
     * What came of it.
     *
     * @param surprises processes that ended by themselves, and those that did not end with the run
     */
    record Result(
            long seed,
            Verdict verdict,
            List<Aftermath> faults,
            List<String> surprises,
            String digest,
            int steps,
            double seconds,
            boolean finished,
            Path folder) {}

    /** @param expected the digest of an undisturbed run */
    Result run(String expected) {
        Path place = freshFolder();
        Path folder = place.resolve("run");
        say.accept("seed " + seed + ": everything is in " + place);
        Optional<Disk> disk = setup.has(Family.DISK)
                ? Optional.of(Disk.mount(folder, setup.machines().diskMegabytes()))
                : Optional.empty();
        try (Network network = setup.has(Family.LINKS)
                ? new Namespaces(setup.machines().all())
                : new Loopback(setup.machines().all())) {
            Fleet fleet = new Cluster(setup, network, folder, place).machines();
            RunWatch run = new RunWatch(folder);
            Supervisor supervisor = new Supervisor(fleet, setup.supervised(), run::finishes);
            World world = new World(fleet, supervisor, run);
            Children.endWithThis(fleet, network, disk);
            try {
                return disturbed(world, supervisor, new Injection(world, network, disk), expected);
            } finally {
                world.takeAllBack();
                fleet.end();
            }
        } finally {
            disk.ifPresent(Disk::close);
        }
    }

    private Result disturbed(World world, Supervisor supervisor, Injection injection, String expected) {
        List<Fault> planned = Schedule.of(seed, setup.faults(), setup.families());
        List<Happened> happened = new ArrayList<>();
        String missed = "";
        supervisor.startAll();
        if (world.until(() -> world.timeline().steps() > 0, BEGIN)) {
            missed = bringAll(planned, injection, happened);
        } else {
            missed = "the run did not begin";
        }
        boolean finished = world.untilFinished(STANDSTILL);
        List<String> surprises = new ArrayList<>(supervisor.surprises());
        if (finished && !world.untilAllEnded(END)) {
            world.fleet().alive().forEach(it -> surprises.add(it.name() + " did not end with the run"));
        }
        int steps = world.timeline().steps();
        long last = world.timeline().last(world.millis());
        Verdict verdict = Verdict.of(
                new Verdict.Faults(planned, happened.size(), missed),
                new Verdict.Ending(finished, steps, world.run().digest()),
                expected);
        long end = finished ? last : world.millis();
        return new Result(
                seed,
                verdict,
                Aftermath.of(happened, world.timeline(), end),
                surprises,
                world.run().digest(),
                steps,
                world.millis() / MILLIS,
                finished,
                world.run().folder());
    }

    /** @return why the first that did not happen did not; empty if all did */
    private String bringAll(List<Fault> planned, Injection injection, List<Happened> happened) {
        for (Fault fault : planned) {
            try {
                Happened now = injection.bring(fault);
                happened.add(now);
                say.accept("seed " + seed + ", step " + now.step() + ": " + fault.number() + " of " + planned.size()
                        + ", " + fault.words() + " (" + now.target() + ")");
            } catch (Injection.Missed e) {
                say.accept("seed " + seed + ": " + fault.words() + " did not happen: " + e.getMessage());
                return String.valueOf(e.getMessage());
            }
        }
        return "";
    }

    /** What an earlier call left is somebody's. */
    private Path freshFolder() {
        Path folder = setup.out().resolve("seed-" + seed);
        for (int again = 2; Files.exists(folder); again++) {
            folder = setup.out().resolve("seed-" + seed + "-" + again);
        }
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make [" + folder + "]: " + e.getMessage(), e);
        }
    }
}
