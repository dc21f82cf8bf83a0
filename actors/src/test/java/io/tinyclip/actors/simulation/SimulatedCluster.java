package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.run.RunRules;
import io.tinyclip.plan.RunPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A whole run without actors, clock or engine: the three state classes in simulated time, over a network and a data plane
 * that a seed decides about, disturbed by {@link SimulatedFaults}. From some time on nothing of this happens any more: then
 * the run has to end soon, however it was disturbed before.
 */
final class SimulatedCluster {
    /** As tinyclip.actors.report-every. */
    static final long REPORT_EVERY = 2 * SimulatedNetwork.SECOND;

    private static final long SECOND = SimulatedNetwork.SECOND;
    private static final int MOST_MEMBERS = 5;
    private static final int MOST_WORKERS = Integer.getInteger("simulation.workers", MOST_MEMBERS);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** After which a leader hands over, as tinyclip.actors.disk-patience for a large checkpoint. */
    static final Duration DISK_PATIENCE = Duration.ofMinutes(10);

    private static final long MOST_WAITED = 300 * SECOND;
    private static final long MOST_HUNG = 1_500 * SECOND;
    private static final long LEAVE_WITHIN = 50 * SECOND;
    private static final int STEPS = 12;
    private static final double[] SHARES = {0, 0.02, 0.2};

    private final Random random;
    private final SimulatedNetwork network;
    private final SimulatedPlane plane;
    private final SimulatedDisk disk;
    private final SimulatedTimes times;
    private final RunRules rules;
    private final SimulatedFaults faults;
    private final Life life;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final List<SimulatedShard> servers = new ArrayList<>();
    private final List<SimulatedProcess> leaving = new ArrayList<>();
    private final List<SimulatedCoordinator> coordinators = new ArrayList<>();
    private final long dies;
    private boolean ended;
    private boolean liarCame;
    private int named;

    /**
     * How it is to be.
     *
     * @param liars whether one worker computes wrongly now and then
     * @param ends whether somebody stops the run, or all die at once, as it may happen
     * @param calm whether nothing happens from the beginning
     * @param mostCalm share of the time without faults in which the run has to end, as a rule 1
     */
    record Life(RunPlan plan, boolean liars, boolean ends, boolean calm, double mostCalm) {}

    /** What a cluster is made of, and how its network is. @param torn share of fetches whose connection breaks */
    record Setup(SimulatedTimes times, SimulatedNetwork.Faults lossy, double torn, RunRules rules) {
        private static Setup drawn(Random random, Life life) {
            boolean relaxed = !life.liars && random.nextDouble() < 0.2;
            RunPolicy.Deadline deadline = new RunPolicy.Deadline(
                    life.liars ? 1.5 : 3, life.liars ? Duration.ofMillis(100) : Duration.ofSeconds(20));
            RunPolicy policy = new RunPolicy(true, relaxed, deadline, PATIENCE).withCopyLag(random.nextInt(4));
            RunRules rules = new RunRules(
                            life.plan,
                            1 + random.nextInt(4),
                            1 + random.nextInt(MOST_WORKERS),
                            1 + random.nextInt(MOST_MEMBERS),
                            policy)
                    .judgedEvery(policy.copyLag() % 3);
            SimulatedNetwork.Faults lossy = new SimulatedNetwork.Faults(share(random), share(random), share(random));
            return new Setup(
                    SimulatedTimes.drawn(random),
                    life.calm ? SimulatedNetwork.Faults.NONE : lossy,
                    life.calm ? 0 : share(random),
                    rules);
        }

        private static double share(Random random) {
            return SHARES[random.nextInt(SHARES.length)];
        }
    }

    SimulatedCluster(Random random, SimulatedDisk disk, Life life) {
        this(random, disk, life, Setup.drawn(random, life));
    }

    SimulatedCluster(Random random, SimulatedDisk disk, Life life, Setup setup) {
        this.random = random;
        this.disk = disk;
        this.life = life;
        this.times = setup.times;
        this.network = new SimulatedNetwork(random, setup.lossy, times.message());
        this.plane = new SimulatedPlane(network, random, setup.torn);
        this.rules = setup.rules;
        long usual = STEPS * times.step() / rules.workers();
        long[] windows = {usual, usual + 30 * SECOND, 4 * (usual + 30 * SECOND)};
        long until = life.calm ? 0 : (long) (windows[random.nextInt(windows.length)] * random.nextDouble());
        this.faults = new SimulatedFaults(random, this, until);
        for (int i = 0; i < rules.workers(); i++) {
            addWorker("");
        }
        for (int i = 0; i < rules.servers(); i++) {
            addServer("");
        }
        takeOver();
        boolean ends = life.ends && !life.calm;
        faults.begin(ends && chance(0.5));
        faults.lend(rules.workers(), rules.servers(), life.liars);
        this.dies = ends && chance(0.5) ? (long) (until * random.nextDouble()) : Long.MAX_VALUE;
    }

    /** Lives on for so long, or to its end. @return committed steps */
    long committed(long nanos) {
        while (!ended && network.now() < nanos) {
            network.step();
            ended |= leader().outcome().isPresent();
        }
        return leader().committed().map(life.plan::committedSteps).orElse(0L);
    }

    /** Lives on until the run has ended, or a fault has killed every process. @return how it ended, if it did */
    Optional<Outcome> live() {
        while (!ended) {
            if (network.now() > faults.last() + mostCalmNanos() && faults.isCalm()) {
                throw new AssertionError("nothing disturbs the run, but it does not end: " + leader().describe());
            }
            if (network.now() >= dies) {
                return Optional.empty();
            }
            boolean stuck = network.idle() && !faults.isCalm() && everybodyIsKnown();
            assertTrue(!stuck || mayWait(), "nothing was lost, but nothing goes on");
            if (network.step().filter(SimulatedShard.class::isInstance).isPresent()) {
                checkVersions();
            }
            ended |= leader().outcome().isPresent();
        }
        checkDisputes(leader());
        return leader().outcome();
    }

    private boolean mayWait() {
        return network.losesMessages() || plane.tears() || faults.disturbed();
    }

    /** All steps by a lone worker, what is waited for meanwhile, and deadlines of what never ends: work, or a disk. */
    private long mostCalmNanos() {
        long steps = (life.liars ? 6 : 3) * STEPS * times.step();
        long hangs = (faults.diskHangs() ? DISK_PATIENCE.toNanos() : 0) + (faults.hangs() ? MOST_HUNG : 0);
        return (long) (life.mostCalm * (MOST_WAITED + steps + hangs));
    }

    /** Seconds from the last fault to the end. */
    double recovery() {
        return (network.now() - faults.last()) / (double) SECOND;
    }

    /** Whether something hangs for ever that only a long deadline finds. */
    boolean hangs() {
        return faults.hangs() || faults.diskHangs();
    }

    /** The most that this may be. */
    double mostRecovery() {
        return mostCalmNanos() / (double) SECOND;
    }

    String history() {
        return network.history();
    }

    boolean chance(double share) {
        return random.nextDouble() < share;
    }

    RunPlan plan() {
        return life.plan;
    }

    SimulatedNetwork network() {
        return network;
    }

    SimulatedPlane plane() {
        return plane;
    }

    SimulatedTimes times() {
        return times;
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** Those that live. */
    List<SimulatedWorker> workers() {
        return workers;
    }

    /** Those that live. */
    List<SimulatedShard> servers() {
        return servers;
    }

    List<SimulatedCoordinator> coordinators() {
        return coordinators;
    }

    boolean everyShardReduced(Stamp stamp) {
        return servers.stream().allMatch(server -> server.reduced(stamp));
    }

    /** A coordinator gives up. */
    void failed(SimulatedCoordinator coordinator, String reason) {
        if (reason.contains("no third worker")) {
            assertTrue(life.liars, reason);
            ended = true;
        } else {
            assertTrue(reason.contains("a newer coordinator") || reason.contains("check the disk"), reason);
            if (coordinator == leader()) {
                takeOver();
            }
        }
    }

    /** Everybody is there, and yet all goes back. */
    void recalled() {
        assertTrue(faults.disturbed() || life.liars, "all went back for no reason");
    }

    void released(SimulatedProcess member) {
        if (leaving.contains(member)) {
            kill(member, 0);
        }
    }

    /** A death from outside. @param noticed after so many nanoseconds by every coordinator */
    void dies(SimulatedProcess member, long noticed) {
        faults.happens();
        kill(member, noticed);
    }

    /** @param noticed after so many nanoseconds by every coordinator */
    void kill(SimulatedProcess member, long noticed) {
        if (member.alive()) {
            member.die();
            leaving.remove(member);
            workers.removeIf(it -> it == member);
            servers.removeIf(it -> it == member);
            coordinators.forEach(it -> it.lost(member, noticed));
        }
    }

    SimulatedCoordinator leader() {
        return coordinators.get(coordinators.size() - 1);
    }

    /** Whoever claims a term last leads. */
    long claim(SimulatedCoordinator coordinator) {
        coordinators.remove(coordinator);
        coordinators.add(coordinator);
        return disk.claim();
    }

    void takeOver() {
        if (!ended) {
            coordinators.add(new SimulatedCoordinator(this, rules));
        }
    }

    /** @param name of one that is dead; empty for a new one */
    void addWorker(String name) {
        boolean lies = life.liars && !liarCame && chance(0.5);
        liarCame |= lies;
        SimulatedWorker worker = new SimulatedWorker(this, name.isEmpty() ? "worker-" + named++ : name, lies);
        worker.slow(life.liars ? 1 + 2 * random.nextDouble() : 1); // answers come twice only where somebody is late
        workers.add(worker);
        meet(worker, 0);
    }

    /** @param name of one that is dead; empty for a new one */
    void addServer(String name) {
        SimulatedShard server = new SimulatedShard(this, name.isEmpty() ? "server-" + named++ : name);
        servers.add(server);
        meet(server, 0);
    }

    private boolean everybodyIsKnown() {
        return Stream.concat(workers.stream(), servers.stream()).allMatch(leader()::knows);
    }

    /** A member wants to go, and goes unasked where nobody lets it. */
    void leaves(SimulatedProcess member) {
        network.note(member + " wants to leave");
        leaving.add(member);
        network.timer(member, LEAVE_WITHIN, () -> kill(member, SECOND / 10));
    }

    /** Members offer themselves to whoever leads, and those that leave say so, until they are heard. */
    private void meet(SimulatedProcess member, long after) {
        network.timer(member, after, () -> {
            SimulatedCoordinator leader = leader();
            if (!leader.knows(member)) {
                network.send("join of " + member, member, leader, () -> leader.join(member));
            } else if (leaving.contains(member)) {
                leader.leaving(member);
            }
            meet(member, REPORT_EVERY);
        });
    }

    /** In every epoch, shards are at one version, or on the way from it to the next. */
    private void checkVersions() {
        Map<Long, TreeSet<String>> versions = servers.stream()
                .flatMap(server -> server.at().stream())
                .collect(Collectors.groupingBy(
                        Stamp::epoch, Collectors.mapping(Stamp::key, Collectors.toCollection(TreeSet::new))));
        versions.values().forEach(found -> assertTrue(found.size() <= 2, () -> "shards are at " + found));
    }

    /** What was disputed is not in what is durable. */
    private void checkDisputes(SimulatedCoordinator coordinator) {
        if (coordinator.outcome().isPresent()) {
            List<String> wrong = SimulatedVector.lies(
                            disk.newest(OptionalLong.empty()).content())
                    .toList();
            coordinator
                    .disputedSteps()
                    .forEach(step -> assertTrue(!wrong.contains(step), () -> "a disputed sum stayed in step " + step));
        }
    }
}
