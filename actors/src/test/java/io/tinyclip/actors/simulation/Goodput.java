package io.tinyclip.actors.simulation;

import com.typesafe.config.Config;
import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.run.RunRules;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** How much of a run's throughput is left where processes are killed all the time; constants come from {@code goodput.conf}. */
final class Goodput {
    /** Of 6 deaths. @param servers that are theirs, the others are workers' */
    record Deaths(String name, int servers) {}

    /** @param steps committed, in all runs of the seeds @param undisturbed the same without deaths */
    record Result(Deaths deaths, long kills, long steps, long undisturbed) {
        double share() {
            return steps / (double) undisturbed;
        }
    }

    private static final int DEATHS = 6;
    private static final int MANY_STEPS = 1_000_000;
    private static final double PERCENT = 100;

    private final Config constants;
    private final RunPlan plan;

    Goodput(Config config) {
        this.constants = config.getConfig("goodput");
        RunPlan compress = Fixture.compress();
        int partitions = constants.getInt("partitions");
        List<StagePlan> stages = List.of(new StagePlan(0.5, MANY_STEPS, 1));
        this.plan = new RunPlan(1, partitions, partitions, 1, stages, false, compress.optimizer(), compress.mask());
    }

    /** Deaths of workers alone, of servers alone, and of both. */
    List<Result> results() {
        long undisturbed = steps(new Deaths("", 0), Long.MAX_VALUE);
        return Stream.of(
                        new Deaths("workers", 0),
                        new Deaths("servers", DEATHS),
                        new Deaths("workers and servers, 4 : 2", 2))
                .map(deaths -> result(deaths, undisturbed))
                .toList();
    }

    private Result result(Deaths deaths, long undisturbed) {
        long every = nanos("kill-every");
        long kills = constants.getLong("seeds") * ((nanos("lasts") - 1) / every);
        return new Result(deaths, kills, steps(deaths, every), undisturbed);
    }

    private long steps(Deaths deaths, long every) {
        return LongStream.range(0, constants.getLong("seeds"))
                .parallel()
                .map(seed -> steps(seed, deaths, every))
                .sum();
    }

    private long steps(long seed, Deaths deaths, long every) {
        SimulatedTimes times = new SimulatedTimes(
                nanos("message"),
                nanos("vector"),
                nanos("features"),
                nanos("forward"),
                nanos("arithmetic"),
                nanos("files"));
        RunPolicy policy = new RunPolicy(
                        true, false, new RunPolicy.Deadline(3, Duration.ofSeconds(20)), Duration.ofSeconds(15))
                .withCopyLag(constants.getInt("copy-lag"));
        RunRules rules = new RunRules(
                plan,
                constants.getInt("checkpoint-steps"),
                constants.getInt("workers"),
                constants.getInt("servers"),
                policy);
        SimulatedCluster cluster = new SimulatedCluster(
                new Random(seed),
                new SimulatedDisk(plan),
                new SimulatedCluster.Life(plan, false, false, true, 1),
                new SimulatedCluster.Setup(times, SimulatedNetwork.Faults.NONE, 0, rules));
        if (every < Long.MAX_VALUE) {
            killOn(cluster, new Random(seed), deaths, every);
        }
        return cluster.committed(nanos("lasts"));
    }

    private void killOn(SimulatedCluster cluster, Random random, Deaths deaths, long every) {
        cluster.network().after(every, () -> {
            boolean server = random.nextInt(DEATHS) < deaths.servers;
            List<? extends SimulatedProcess> from = server ? cluster.servers() : cluster.workers();
            cluster.dies(from.get(random.nextInt(from.size())), nanos("noticed"));
            cluster.network().after(nanos("restart"), () -> {
                if (server) {
                    cluster.addServer("");
                } else {
                    cluster.addWorker("");
                }
            });
            killOn(cluster, random, deaths, every);
        });
    }

    private long nanos(String key) {
        return constants.getDuration(key).toNanos();
    }

    /** A table in Markdown. */
    String table(List<Result> results) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d workers, %d servers, a death each %d s, back after %d s, a checkpoint each %d steps%n%n",
                constants.getInt("workers"),
                constants.getInt("servers"),
                constants.getDuration("kill-every").toSeconds(),
                constants.getDuration("restart").toSeconds(),
                constants.getInt("checkpoint-steps")));
        text.append("| deaths of | deaths | steps | undisturbed | goodput |\n|---|---|---|---|---|\n");
        for (Result result : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %,d | %,d | %.1f %% |%n",
                    result.deaths.name,
                    result.kills,
                    result.steps,
                    result.undisturbed,
                    PERCENT * result.share()));
        }
        return text.toString();
    }
}
