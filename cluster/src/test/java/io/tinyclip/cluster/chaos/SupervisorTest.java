package io.tinyclip.cluster.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.chaos.plan.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupervisorTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long AT_ONCE = 500;
    private static final long LATER = 3000;
    private static final long TOO_EARLY = 30_000;
    private static final List<String> STAYS = List.of("sleep", "600");
    private static final List<String> FAILS = List.of("sh", "-c", "echo lost; exit 3");

    @TempDir
    private Path logs;

    private final List<Machine> machines = new ArrayList<>();

    @AfterEach
    void end() {
        machines.forEach(Machine::kill);
    }

    @Test
    void whatWasKilledIsStartedAgainAtOnce() {
        Machine killed = started("worker-1", Role.WORKER, STAYS);
        Supervisor supervisor = supervisor(true, false);
        killed.kill();
        awaitEnd(killed);
        supervisor.look(0);
        supervisor.look(AT_ONCE - 1);
        assertEquals(1, killed.lives());
        supervisor.look(AT_ONCE);
        assertEquals(2, killed.lives());
        assertTrue(killed.isAlive());
        assertEquals(List.of(), supervisor.surprises());
    }

    @Test
    void whatEndedByItselfIsNamedAndWaitsLonger() {
        Machine failing = started("server-1", Role.SERVER, FAILS);
        Supervisor supervisor = supervisor(true, false);
        awaitEnd(failing);
        supervisor.look(0);
        supervisor.look(LATER - 1);
        assertEquals(1, failing.lives());
        assertEquals(List.of("server-1, life 1, ended by itself with exit code 3: lost"), supervisor.surprises());
        supervisor.look(LATER);
        assertEquals(2, failing.lives());
    }

    /** Its folder says so a little later than the coordinator tells the machines. */
    @Test
    void whatEndedWellMayHaveHeardBeforeUsThatTheRunIsFinished() {
        Machine done = started("worker-1", Role.WORKER, List.of("echo", "the run is finished"));
        Supervisor supervisor = supervisor(true, false);
        awaitEnd(done);
        supervisor.look(0);
        supervisor.look(TOO_EARLY - 1);
        assertEquals(1, done.lives());
        assertEquals(List.of(), supervisor.surprises());
        supervisor.look(TOO_EARLY);
        assertEquals(2, done.lives());
        assertEquals(1, supervisor.surprises().size());
    }

    @Test
    void withoutSupervisionOnlyMostCoordinatorsAndOneOfTheOthersAreKeptUp() {
        List<Machine> candidates = List.of(
                started("coordinator-1", Role.CANDIDATE, STAYS),
                started("coordinator-2", Role.CANDIDATE, STAYS),
                started("coordinator-3", Role.CANDIDATE, STAYS));
        List<Machine> servers =
                List.of(started("server-1", Role.SERVER, STAYS), started("server-2", Role.SERVER, STAYS));
        Supervisor supervisor = supervisor(false, false);
        kill(candidates.get(0));
        kill(servers.get(0));
        supervisor.look(0);
        supervisor.look(LATER);
        assertEquals(List.of(2L, 1L), List.of(alive(candidates), alive(servers)));
        kill(candidates.get(1));
        kill(servers.get(1));
        supervisor.look(LATER);
        supervisor.look(2 * LATER);
        assertEquals(List.of(2L, 1L), List.of(alive(candidates), alive(servers)));
    }

    @Test
    void whatEndsWithTheRunIsNoSurprise() {
        Machine done = started("worker-1", Role.WORKER, List.of("true"));
        Supervisor supervisor = supervisor(true, true);
        awaitEnd(done);
        supervisor.look(0);
        assertEquals(List.of(), supervisor.surprises());
    }

    private Supervisor supervisor(boolean watches, boolean over) {
        return new Supervisor(new Fleet(machines), watches, () -> over);
    }

    private Machine started(String name, Role role, List<String> command) {
        Machine machine = new Machine(new Machine.Post(name, role, 0, command, logs.resolve("orders")), logs);
        machine.start();
        machines.add(machine);
        return machine;
    }

    private static long alive(List<Machine> machines) {
        return machines.stream().filter(Machine::isAlive).count();
    }

    private static void kill(Machine machine) {
        machine.kill();
        awaitEnd(machine);
    }

    private static void awaitEnd(Machine machine) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (machine.isAlive()) {
            assertTrue(System.nanoTime() < deadline, machine.name() + " does not end");
            Thread.onSpinWait();
        }
    }
}
