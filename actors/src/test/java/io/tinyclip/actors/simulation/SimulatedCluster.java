package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.run.RunRules;
import io.tinyclip.actors.run.RunState;
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
 * workers, servers and coordinators that come, go, die, freeze, are slow, and compute wrongly, and with somebody who stops
 * the run. From some event on nothing of this happens any more: then the run has to end, however it was disturbed before.
 */
final class SimulatedCluster {
    private static final RunPlan PLAN = Fixture.compress();
    private static final int[] DISTURBED = {1_000, 4_000, 16_000}; // half of the runs are over after 2,000 events
    private static final int MOST_MEMBERS = 5;
    private static final int MOST_WORKERS = Integer.getInteger("simulation.workers", MOST_MEMBERS);
    private static final double[] SLOW = {0.5, 0.8, 0.95, 0.98};
    private static final double FROZEN = 1;
    private static final Duration PATIENCE = Duration.ofNanos(2_000);

    private final Random random;
    private final SimulatedNetwork network;
    private final SimulatedDisk disk;
    private final RunRules rules;
    private final int calmFrom;
    private final boolean liars;
    private final int mostCalm;
    private SimulatedRates rates;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final List<SimulatedShard> servers = new ArrayList<>();
    private final List<SimulatedProcess> leaving = new ArrayList<>();
    private final List<SimulatedCoordinator> coordinators = new ArrayList<>();
    private boolean disturbed;
    private boolean ended;

    /**
     * How it is to be.
     *
     * @param liars whether one worker computes wrongly now and then
     * @param calm whether nothing happens from the beginning
     * @param mostCalm events without faults until which the run has to end
     */
    record Life(boolean liars, boolean calm, int mostCalm) {}

    SimulatedCluster(Random random, SimulatedDisk disk, Life life) {
        this.random = random;
        this.disk = disk;
        this.liars = life.liars;
        this.mostCalm = life.mostCalm;
        double[] shares = {0, 0.02, 0.2};
        this.network = new SimulatedNetwork(
                random, new SimulatedNetwork.Faults(shares[random.nextInt(3)], shares[random.nextInt(3)]));
        this.rates = SimulatedRates.drawn(random);
        this.calmFrom = life.calm ? 0 : random.nextInt(DISTURBED[random.nextInt(DISTURBED.length)]);
        boolean relaxed = !liars && chance(0.2);
        RunPolicy.Deadline deadline = new RunPolicy.Deadline(liars ? 1.5 : 3, Duration.ofNanos(liars ? 200 : 1_000));
        int living = 1 + random.nextInt(MOST_WORKERS);
        int holding = 1 + random.nextInt(MOST_MEMBERS);
        this.rules = new RunRules(
                PLAN,
                1 + random.nextInt(4),
                living,
                holding,
                new RunPolicy(true, relaxed, deadline, PATIENCE).withCopyLag(random.nextInt(4)));
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
        int death = chance(0.3) ? random.nextInt(calmFrom + 1) : Integer.MAX_VALUE;
        for (int event = 0; !ended; event++) {
            if (event >= calmFrom + mostCalm) {
                throw new AssertionError("nothing disturbs the run, but it does not end: " + leader().describe());
            }
            if (event == death) {
                return Optional.empty();
            }
            if (event == calmFrom) {
                calmDown();
            }
            liveOn();
        }
        coordinators.forEach(this::checkDisputes);
        return leader().outcome();
    }

    private void liveOn() {
        boolean stuck = network.idle() && everybodyIsKnown();
        assertTrue(
                !stuck || network.losesMessages() || disturbed,
                () -> "nothing was lost, but nothing goes on\n" + network.history());
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

    /** No more faults. What is dead stays dead, and what is frozen frozen; what is slow is so no longer. */
    private void calmDown() {
        rates = SimulatedRates.CALM;
        disturbed |= network.losesMessages();
        network.calmDown();
        Stream.<SimulatedProcess>concat(workers.stream(), servers.stream())
                .filter(member -> !isFrozen(member))
                .forEach(member -> member.lag(0));
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
        boolean workerAwaited = computing.stream().allMatch(SimulatedCluster::isFrozen)
                || awaitsTheFirst() && computing.size() < rules.workers();
        if ((workerAwaited || computing.size() < MOST_WORKERS) && chance(workerAwaited ? 0.001 : rates.joins())) {
            addWorker();
        }
        boolean serverAwaited = holding.isEmpty() || awaitsTheFirst() && holding.size() < rules.servers();
        if (holding.size() < MOST_MEMBERS && chance(serverAwaited ? 0.001 : rates.joins())) {
            addServer();
        }
        List<SimulatedProcess> members = Stream.<SimulatedProcess>concat(computing.stream(), holding.stream())
                .toList();
        if (!members.isEmpty()) {
            disturb(any(members));
        }
        if (chance(rates.takeovers())) {
            disturbed = true;
            if (chance(0.5)) {
                leader().die();
            } else {
                leader().lag(0.9);
            }
            takeOver();
        }
        if (chance(rates.stops())) {
            leader().stop();
        }
    }

    /** A run that was never begun waits for as many as it is to begin with: whoever is dead has to be replaced. */
    private boolean awaitsTheFirst() {
        return disk.term() <= 1 && !leader().hasLoaded();
    }

    private static boolean isFrozen(SimulatedProcess member) {
        return member.lag() >= FROZEN;
    }

    private void disturb(SimulatedProcess member) {
        if (chance(rates.deaths())) {
            disturbed = true;
            kill(member);
        }
        if (chance(rates.leaves())) {
            disturbed = true;
            leaving.add(member);
        }
        if (chance(rates.freezes())) {
            disturbed = true;
            member.lag(chance(0.5) && member instanceof SimulatedWorker ? FROZEN : SLOW[random.nextInt(SLOW.length)]);
        } else if (chance(rates.thaws())) {
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
            leaving.stream().filter(member -> !isFrozen(member)).forEach(leader::leaving);
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
            List<String> wrong = SimulatedVector.lies(
                            disk.newest(java.util.OptionalLong.empty()).content())
                    .toList();
            coordinator
                    .disputedSteps()
                    .forEach(step -> assertTrue(!wrong.contains(step), () -> "a disputed sum stayed in step " + step));
        }
    }
}
