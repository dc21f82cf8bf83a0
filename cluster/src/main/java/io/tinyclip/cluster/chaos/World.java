package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Everything that goes on while faults come: looked at again and again, on one thread. */
final class World {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** @param due when, by this world's clock */
    private record Later(long due, Runnable what) {}

    private final Fleet fleet;
    private final Supervisor supervisor;
    private final RunWatch run;
    private final long begun = System.nanoTime();
    private final List<Later> later = new ArrayList<>();

    World(Fleet fleet, Supervisor supervisor, RunWatch run) {
        this.fleet = fleet;
        this.supervisor = supervisor;
        this.run = run;
    }

    Fleet fleet() {
        return fleet;
    }

    RunWatch run() {
        return run;
    }

    Timeline timeline() {
        return run.timeline();
    }

    /** Since the beginning; the timeline's clock. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    /** Does something after a while. */
    void after(Duration time, Runnable what) {
        later.add(new Later(millis() + time.toMillis(), what));
    }

    /** Whether nothing is to be taken back any more. */
    boolean isQuiet() {
        return later.isEmpty();
    }

    /** Looks on until something is so. @return whether it was within the time, and before the run was over */
    boolean until(BooleanSupplier so, Duration limit) {
        long deadline = millis() + limit.toMillis();
        while (!so.getAsBoolean()) {
            if (run.finished() || millis() > deadline) {
                return false;
            }
            look();
        }
        return true;
    }

    /** Looks on until the run is over, or has not committed for so long. @return whether it is over */
    boolean untilFinished(Duration standstill) {
        long from = millis();
        while (!run.finished() && millis() - Math.max(from, timeline().last(from)) < standstill.toMillis()) {
            look();
        }
        return run.finished();
    }

    /** Lets the machines end by themselves. @return whether all did within the time */
    boolean untilAllEnded(Duration limit) {
        long deadline = millis() + limit.toMillis();
        takeAllBack();
        while (!fleet.alive().isEmpty() && millis() < deadline) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        return fleet.alive().isEmpty();
    }

    void takeAllBack() {
        later.forEach(it -> it.what.run());
        later.clear();
    }

    private void look() {
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        run.look(millis());
        fleet.look();
        long now = millis();
        List<Later> due = later.stream().filter(it -> it.due <= now).toList();
        later.removeAll(due);
        due.forEach(it -> it.what.run());
        if (!run.finished()) {
            supervisor.look(now);
        }
    }
}
