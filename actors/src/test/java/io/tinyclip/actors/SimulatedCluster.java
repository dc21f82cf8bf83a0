package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.plan.RunPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A whole run without actors, clock or engine: the three state classes over a network that a seed decides about, with
 * workers, servers and coordinators that come, go, die, freeze, are slow, and compute wrongly.
 */
final class SimulatedCluster {
    private static final RunPlan PLAN = Fixture.compress();
    private static final int MOST_EVENTS = 1_500_000;
    private static final int MOST_MEMBERS = 5;
    private static final int MOST_WORKERS = Integer.getInteger("simulation.workers", MOST_MEMBERS);
    private static final double[] SLOW = {0.5, 0.8, 0.95, 0.98};
    private static final double FROZEN = 1;

    /** How often what happens, of 1 at every event. */
    private record Rates(double deaths, double joins, double leaves, double takeovers, double freezes) {
        static Rates drawn(Random random) {
            double[] rates = {0, 0.0001, 0.0005};
            return new Rates(
                    rates[random.nextInt(3)],
                    rates[random.nextInt(3)],
                    rates[random.nextInt(3)] / 2,
                    random.nextInt(3) * 0.00005,
                    random.nextInt(3) * 0.0001);
        }
    }

    private final Random random;
    private final SimulatedNetwork network;
    private final SimulatedDisk disk;
    private final RunRules rules;
    private final Rates rates;
    private final boolean liars;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final List<SimulatedShard> servers = new ArrayList<>();
    private final List<SimulatedProcess> leaving = new ArrayList<>();
    private final List<SimulatedCoordinator> coordinators = new ArrayList<>();
    private boolean disturbed;
    private boolean ended;

    /** @param liars whether one worker computes wrongly now and then */
    SimulatedCluster(Random random, SimulatedDisk disk, boolean liars) {
        this.random = random;
        this.disk = disk;
        this.liars = liars;
        double[] shares = {0, 0.02, 0.2};
        this.network = new SimulatedNetwork(
                random, new SimulatedNetwork.Faults(shares[random.nextInt(3)], shares[random.nextInt(3)]));
        this.rates = Rates.drawn(random);
        boolean relaxed = !liars && chance(0.2);
        RunPolicy.Deadline deadline = new RunPolicy.Deadline(liars ? 1.5 : 3, Duration.ofNanos(liars ? 200 : 1_000));
        int living = 1 + random.nextInt(MOST_WORKERS);
        int holding = 1 + random.nextInt(MOST_MEMBERS);
        this.rules = new RunRules(PLAN, 1 + random.nextInt(4), living, holding, new RunPolicy(true, relaxed, deadline));
        for (int i = 0; i < living; i++) {
            addWorker();
        }
        for (int i = 0; i < holding; i++) {
            addServer();
        }
        takeOver();
    }

    /** Lives on until the run has ended, or a fault has killed every process. @return how it ended, if it did */
    Optional<Outcome> live() {
        int death = chance(0.3) ? random.nextInt(20_000) : Integer.MAX_VALUE;
        for (int event = 0; event < death && !ended; event++) {
            if (event >= MOST_EVENTS) {
                throw new AssertionError("the run does not end: " + leader().describe());
            }
            boolean stuck = network.idle() && everybodyIsKnown();
            assertTrue(!stuck || network.losesMessages() || disturbed, "nothing was lost, but nothing goes on");
            network.step();
            if (network.idle() || chance(0.0005)) {
                coordinators.forEach(it -> it.apply(RunState::remind));
            }
            if (chance(0.01)) {
                coordinators.forEach(it -> it.apply(RunState::tick));
            }
            disturb();
            meet();
            checkVersions();
            ended |= leader().outcome().isPresent();
        }
        coordinators.forEach(this::checkDisputes);
        return leader().outcome();
    }

    String history() {
        return network.history();
    }

    boolean chance(double share) {
        return random.nextDouble() < share;
    }

    SimulatedDisk disk() {
        return disk;
    }

    boolean everyShardReduced(Stamp stamp) {
        return servers.stream().filter(SimulatedShard::alive).allMatch(server -> server.reduced(stamp));
    }

    /** A coordinator gives up. */
    void failed(SimulatedCoordinator coordinator, String reason) {
        if (reason.contains("no third worker")) {
            assertTrue(liars, reason);
            ended = true;
        } else {
            assertTrue(reason.contains("a newer coordinator"), reason);
            if (coordinator == leader()) {
                takeOver();
            }
        }
    }

    /** Everybody is there, and yet all goes back. */
    void recalled() {
        assertTrue(disturbed || liars, "all went back for no reason");
    }

    void released(SimulatedProcess member) {
        if (leaving.remove(member)) {
            kill(member);
        }
    }

    void kill(SimulatedProcess member) {
        member.die();
        leaving.remove(member);
        coordinators.forEach(it -> it.lost(member));
    }

    private SimulatedCoordinator leader() {
        return coordinators.get(coordinators.size() - 1);
    }

    private void takeOver() {
        coordinators.add(new SimulatedCoordinator(this, network, rules));
    }

    private void addWorker() {
        boolean lies = liars && workers.stream().noneMatch(SimulatedWorker::lies) && chance(0.5);
        SimulatedWorker worker = new SimulatedWorker(this, network, workers.size(), lies);
        worker.lag(liars ? SLOW[random.nextInt(2)] : 0); // answers come twice only where somebody is late
        workers.add(worker);
    }

    private void addServer() {
        servers.add(new SimulatedShard(this, network, servers.size(), PLAN.partitions()));
    }

    private <T extends SimulatedProcess> List<T> living(List<T> members) {
        return members.stream().filter(SimulatedProcess::alive).toList();
    }

    private boolean everybodyIsKnown() {
        return Stream.concat(living(workers).stream(), living(servers).stream()).allMatch(leader()::knows);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void disturb() {
        List<SimulatedWorker> computing = living(workers);
        List<SimulatedShard> holding = living(servers);
        if (computing.size() < MOST_WORKERS && chance(computing.isEmpty() ? 0.001 : rates.joins)) {
            addWorker();
        }
        if (holding.size() < MOST_MEMBERS && chance(holding.isEmpty() ? 0.001 : rates.joins)) {
            addServer();
        }
        List<SimulatedProcess> members = Stream.<SimulatedProcess>concat(computing.stream(), holding.stream())
                .toList();
        if (!members.isEmpty()) {
            disturb(any(members));
        }
        if (chance(rates.takeovers)) {
            disturbed = true;
            if (chance(0.5)) {
                leader().die();
            } else {
                leader().lag(0.9);
            }
            takeOver();
        }
        if (chance(0.000005)) {
            leader().stop();
        }
    }

    private void disturb(SimulatedProcess member) {
        if (chance(rates.deaths)) {
            disturbed = true;
            kill(member);
        }
        if (chance(rates.leaves)) {
            disturbed = true;
            leaving.add(member);
        }
        if (chance(rates.freezes)) {
            disturbed = true;
            member.lag(chance(0.5) && member instanceof SimulatedWorker ? FROZEN : SLOW[random.nextInt(SLOW.length)]);
        } else if (chance(0.0005)) {
            member.lag(0);
        }
    }

    /** Members offer themselves to whoever leads, and those that leave say so, until they are heard. */
    private void meet() {
        if (!chance(0.05)) {
            return;
        }
        SimulatedCoordinator leader = leader();
        living(workers).stream().filter(it -> !leader.knows(it)).forEach(it -> {
            network.send("join " + it, leader, () -> leader.join(it));
        });
        living(servers).stream().filter(it -> !leader.knows(it)).forEach(it -> {
            network.send("join " + it, leader, () -> leader.join(it));
        });
        if (chance(0.1)) {
            leaving.forEach(leader::leaving);
        }
    }

    /** In every epoch, shards are at one version, or on the way from it to the next. */
    private void checkVersions() {
        Map<Long, TreeSet<String>> versions = servers.stream()
                .filter(SimulatedShard::alive)
                .flatMap(server -> server.at().stream())
                .collect(Collectors.groupingBy(
                        Stamp::epoch, Collectors.mapping(Stamp::key, Collectors.toCollection(TreeSet::new))));
        versions.values().forEach(found -> assertTrue(found.size() <= 2, () -> "shards are at " + found));
    }

    /** What was disputed is not in what is durable. */
    private void checkDisputes(SimulatedCoordinator coordinator) {
        if (coordinator == leader() && leader().outcome().isPresent()) {
            List<Long> wrong = SimulatedShard.wrongSteps(
                    disk.newest(java.util.OptionalLong.empty()).content());
            coordinator
                    .disputedSteps()
                    .forEach(step -> assertTrue(!wrong.contains(step), () -> "a disputed sum stayed in step " + step));
        }
    }
}
