package io.tinyclip.actors.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What happens to a simulated cluster until it is left in peace: deaths in trains, processes that freeze and go on, links that
 * are cut one way or both and heal, disks that freeze and checkpoints that are damaged, machines that come, leave and become
 * slow, and coordinators that follow one that lives. Each kind happens never, seldom or often, as the seed decides.
 */
final class SimulatedFaults {
    private static final long SECOND = SimulatedNetwork.SECOND;
    private static final int MOST_MEMBERS = 5;
    private static final int MOST_WORKERS = Integer.getInteger("simulation.workers", MOST_MEMBERS);
    private static final int LONGEST_TRAIN = 5;
    private static final double[] SLOW = {2, 5, 20};
    private static final int[] OFTEN = {0, 0, 2, 6};

    private final Random random;
    private final SimulatedCluster cluster;
    private final SimulatedNetwork network;
    private final boolean supervised;
    private final long until;
    private boolean calm;
    private boolean disturbed;
    private boolean diskHangs;
    private boolean hangs;
    private long last;

    /** @param until nanoseconds at which the last one happens */
    SimulatedFaults(Random random, SimulatedCluster cluster, long until) {
        this.random = random;
        this.cluster = cluster;
        this.network = cluster.network();
        this.until = until;
        this.supervised = random.nextDouble() < 0.6;
    }

    void begin(boolean stops) {
        network.after(until, this::calmDown);
        often(this::train);
        often(this::death);
        often(this::freeze);
        if (chance(0.3)) {
            often(this::hang);
        }
        often(this::cut);
        often(this::leave);
        often(this::come);
        often(this::slow);
        often(this::disk);
        often(cluster::takeOver);
        if (stops) {
            network.after(within(until), () -> cluster.leader().stop());
        }
    }

    /** Whether anything has happened that may cost time. */
    boolean disturbed() {
        return disturbed;
    }

    /** When the last of it happened, and the last machine came that was waited for, in nanoseconds. */
    long last() {
        return last;
    }

    /** Whether a worker's tensor work never ends. */
    boolean hangs() {
        return hangs;
    }

    /** Whether a disk never answers again. */
    boolean diskHangs() {
        return diskHangs;
    }

    boolean isCalm() {
        return calm;
    }

    private void often(Runnable fault) {
        int times = OFTEN[random.nextInt(OFTEN.length)];
        if (times > 0) {
            again(until / times, fault);
        }
    }

    private void again(long mean, Runnable fault) {
        network.after((long) (-Math.log(1 - random.nextDouble()) * mean), () -> {
            if (!calm) {
                happens();
                fault.run();
                again(mean, fault);
            }
        });
    }

    /** Something that may cost time. */
    void happens() {
        disturbed = true;
        last = network.now();
    }

    private long within(long nanos) {
        return (long) (nanos * random.nextDouble());
    }

    private long seconds(double least, double most) {
        return (long) (SECOND * (least + (most - least) * random.nextDouble()));
    }

    /** No more faults. What is dead stays dead, unless somebody restarts it, and a worker may stay frozen for ever. */
    private void calmDown() {
        network.note("no more faults");
        calm = true;
        disturbed |= network.losesMessages();
        last = Math.max(last, network.now());
        network.calmDown();
        cluster.plane().calmDown();
        everybody().forEach(it -> it.slow(1));
        everybody()
                .filter(it -> !(it instanceof SimulatedWorker) || random.nextBoolean())
                .forEach(this::thaw);
        cluster.coordinators().forEach(it -> it.files().thaw());
    }

    private Stream<SimulatedProcess> everybody() {
        return Stream.concat(members().stream(), cluster.coordinators().stream());
    }

    private List<SimulatedProcess> members() {
        List<SimulatedProcess> members = new ArrayList<>(cluster.workers());
        members.addAll(cluster.servers());
        return members;
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Workers, servers and the leader, 4 : 2 : 1. */
    private SimulatedProcess anybody() {
        int role = random.nextInt(7);
        List<? extends SimulatedProcess> found =
                role < 4 ? cluster.workers() : role < 6 ? cluster.servers() : List.of();
        return found.isEmpty() ? cluster.leader() : any(found);
    }

    private void train() {
        long later = 0;
        for (int deaths = 2 + random.nextInt(LONGEST_TRAIN - 1); deaths > 0; deaths--) {
            network.after(later, this::death);
            later += seconds(1, 7);
        }
    }

    private void death() {
        SimulatedProcess whose = anybody();
        if (calm || !whose.alive()) {
            return;
        }
        happens();
        if (whose == cluster.leader()) {
            network.note(whose + " dies");
            whose.die();
            network.after(chance(0.9) ? seconds(0.1, 1) : seconds(10, 20), cluster::takeOver);
            return;
        }
        network.note(whose + " dies");
        cluster.kill(whose, chance(0.9) ? seconds(0, 0.2) : seconds(8, 12));
        if (supervised) {
            String name = chance(0.5) ? whose.toString() : "";
            network.after(seconds(0.5, 10), () -> restart(whose, name));
        }
    }

    private void restart(SimulatedProcess whose, String name) {
        last = network.now();
        if (whose instanceof SimulatedWorker && cluster.workers().size() < MOST_WORKERS) {
            cluster.addWorker(name);
        } else if (whose instanceof SimulatedShard && cluster.servers().size() < MOST_MEMBERS) {
            cluster.addServer(name);
        }
    }

    /** A silent process is missed after a while; it goes on later, if ever. */
    private void freeze() {
        SimulatedProcess whose = anybody();
        if (!whose.alive() || whose.frozen()) {
            return;
        }
        network.note(whose + " freezes");
        whose.freeze();
        network.after(seconds(10, 15), () -> {
            if (whose.frozen()) {
                miss(whose);
            }
        });
        if (!(whose instanceof SimulatedWorker) || chance(0.7)) {
            network.after(chance(0.5) ? seconds(1, 9) : seconds(12, 40), () -> thaw(whose));
        }
    }

    /** A worker's tensor work hangs for ever, while the worker answers. */
    private void hang() {
        if (!cluster.workers().isEmpty()) {
            SimulatedWorker whose = any(cluster.workers());
            network.note("tensor work of " + whose + " hangs");
            whose.hang();
            hangs = true;
        }
    }

    private void miss(SimulatedProcess whose) {
        if (whose == cluster.leader()) {
            cluster.takeOver();
        } else {
            cluster.coordinators().stream().filter(it -> !it.frozen()).forEach(it -> it.lost(whose, 0));
        }
    }

    private void thaw(SimulatedProcess frozen) {
        if (frozen.alive() && frozen.frozen()) {
            last = network.now();
            network.note(frozen + " goes on");
            network.thaw(frozen);
        }
    }

    private void cut() {
        List<SimulatedProcess> all = everybody().filter(SimulatedProcess::alive).toList();
        if (all.size() < 2) {
            return;
        }
        SimulatedProcess one = any(all);
        SimulatedProcess other = any(all.stream().filter(it -> it != one).toList());
        network.note("the link from " + one + " to " + other + " is cut");
        network.cut(one, other);
        boolean both = chance(0.5);
        if (both) {
            network.cut(other, one);
        }
        network.after(seconds(10, 15), () -> missOverCut(one, other));
        network.after(chance(0.5) ? seconds(1, 9) : seconds(12, 60), () -> {
            last = calm ? last : network.now();
            network.heal(one, other);
            network.heal(other, one);
        });
    }

    private void missOverCut(SimulatedProcess one, SimulatedProcess other) {
        if (network.isCut(one, other) && one.alive() && other.alive()) {
            if (one instanceof SimulatedCoordinator coordinator) {
                coordinator.lost(other, 0);
            } else if (other instanceof SimulatedCoordinator coordinator) {
                coordinator.lost(one, 0);
            }
        }
    }

    private void leave() {
        List<SimulatedProcess> members = members();
        if (!members.isEmpty()) {
            cluster.leaves(any(members));
        }
    }

    private void come() {
        if (chance(0.5) && cluster.workers().size() < MOST_WORKERS) {
            cluster.addWorker("");
        } else if (cluster.servers().size() < MOST_MEMBERS) {
            cluster.addServer("");
        }
    }

    private void slow() {
        List<SimulatedProcess> members = members();
        if (!members.isEmpty()) {
            SimulatedProcess whose = any(members);
            whose.slow(chance(0.3) ? 1 : SLOW[random.nextInt(SLOW.length)]);
            network.note(whose + " is " + whose.slowness() + " times as slow");
        }
    }

    private void disk() {
        if (chance(0.3)) {
            network.note("the newest checkpoint is damaged");
            cluster.disk().damageNewest();
        } else {
            boolean forEver = chance(0.2);
            network.note("the disk freezes" + (forEver ? " for ever" : ""));
            diskHangs |= forEver;
            cluster.leader().files().freeze(forEver ? Long.MAX_VALUE : network.now() + seconds(1, 60));
        }
    }

    /** Where a run waits for machines, somebody lends one after a while: a third honest worker where one may lie, too. */
    void lend(int workersWanted, int serversWanted, boolean liars) {
        network.after(seconds(3, 7), () -> {
            long computing = cluster.workers().stream()
                    .filter(it -> !it.frozen() && !it.hangs())
                    .count();
            if (computing < Math.max(liars ? 3 : 1, wanted(workersWanted))) {
                last = network.now();
                cluster.addWorker("");
            }
            long holding = cluster.servers().stream().filter(it -> !it.frozen()).count();
            if (holding < wanted(serversWanted)) {
                last = network.now();
                cluster.addServer("");
            }
            lend(workersWanted, serversWanted, liars);
        });
    }

    /** A run that was never begun waits for as many as it is to begin with. */
    private int wanted(int first) {
        boolean awaitsTheFirst = cluster.disk().term() <= 1 && !cluster.leader().hasLoaded();
        return awaitsTheFirst ? first : 1;
    }

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }
}
