package io.tinyclip.actors.simulation;

import com.typesafe.config.Config;
import io.tinyclip.actors.simulation.TimedNetwork.Machine;
import io.tinyclip.actors.simulation.TimedNetwork.Resource;
import io.tinyclip.model.Activation;
import io.tinyclip.model.Counts;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A step of the 25 % student of ViT-B/32 with any number of workers; constants come from {@code scaling.conf}. */
final class ScalingModel {
    /**
     * A network.
     *
     * @param gbit of every machine's card, each way, in 10^9 bits a second
     * @param floatBytes of a float on the wire
     */
    record Scenario(String name, double gbit, int floatBytes, int servers) {}

    /** The busiest resource of a kind of machine. */
    record Load(String what, double seconds) {}

    /**
     * One step.
     *
     * @param seconds from commit to commit
     * @param computing seconds of the device of the worker that computes longest
     * @param messages of all machines
     * @param stepBytes of the message that tells a worker its partitions
     * @param workerBytes fetched by a worker, the most of all
     * @param serverBytes fetched from and by a server, the most of all
     * @param allBytes fetched by all machines
     * @param loads of every kind of machine, longest first
     */
    record Point(
            int workers,
            double seconds,
            double computing,
            long messages,
            long stepBytes,
            long workerBytes,
            long serverBytes,
            long allBytes,
            List<Load> loads) {
        /** What is busy longest: nothing that other machines do can make a step shorter than this. */
        Load limit() {
            return loads.get(0);
        }
    }

    private static final int LAYERS = 12;
    private static final int VOCABULARY = 49_408;
    private static final int STUDENT_SHARE = 4;
    private static final int OPERATIONS = 2;
    /** Of a training step in forwards: the backward is two. */
    private static final int TRAINING_FORWARDS = 3;
    /** Products (B, N, E) of a partition: student and teacher, rows and columns. */
    private static final int LOGIT_PRODUCTS = 4;
    /** The same again, and the student's cotangents. */
    private static final int LOSS_PRODUCTS = 6;

    private static final int FEATURE_SETS = 4;
    private static final int ADD_BYTES = 12;
    private static final int NORM_BYTES = 4;
    private static final int ADAMW_BYTES = 28;
    private static final double BITS_OF_GIGABIT = 1e9;

    private final Config constants;

    ScalingModel(Config constants) {
        this.constants = constants.getConfig("scaling");
    }

    /** OpenAI's and OpenCLIP's ViT-B/32 with so many of its heads and neurons: one in {@code share}. */
    static ModelShape vitB32(int share) {
        List<LayerShape> image = Collections.nCopies(LAYERS, new LayerShape(12 / share, 3072 / share));
        List<LayerShape> text = Collections.nCopies(LAYERS, new LayerShape(8 / share, 2048 / share));
        return new ModelShape(
                512,
                Activation.GELU,
                new VisionTransformer(224, 32, 768, 64, image),
                new TextTower(77, VOCABULARY, 512, 64, text));
    }

    Config constants() {
        return constants;
    }

    List<Scenario> scenarios() {
        return constants.getConfigList("scenarios").stream()
                .map(it -> new Scenario(
                        it.getString("name"), it.getDouble("gbit"), it.getInt("float-bytes"), it.getInt("servers")))
                .toList();
    }

    /** One point for each number of workers. */
    List<Point> points(Scenario scenario) {
        return constants.getIntList("workers").stream()
                .map(workers -> point(scenario, workers))
                .toList();
    }

    Point point(Scenario scenario, int workers) {
        TimedCluster cluster = new TimedCluster(
                workload(scenario.floatBytes), speeds(), costs(scenario.gbit), workers, scenario.servers);
        double seconds = cluster.step();
        List<Machine> all = new ArrayList<>(cluster.workerMachines());
        all.addAll(cluster.serverMachines());
        all.add(cluster.coordinator());
        return new Point(
                workers,
                seconds,
                TimedCluster.busiest(cluster.workerMachines(), Resource.DEVICE),
                all.stream().mapToLong(Machine::messages).sum(),
                cluster.sizes().step(),
                most(cluster.workerMachines(), 1, 0),
                most(cluster.serverMachines(), 1, 1),
                all.stream().mapToLong(Machine::fetchedBytes).sum(),
                loads(cluster));
    }

    TimedCluster.Workload workload(int floatBytes) {
        int batch = constants.getInt("batch");
        int partitions = constants.getInt("partitions");
        ModelShape student = vitB32(STUDENT_SHARE);
        OptimizerPlan optimizer = new OptimizerPlan(1e-4, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        RunPlan plan = new RunPlan(
                1,
                batch,
                partitions,
                1,
                List.of(new StagePlan(1, 0, 3, OptionalDouble.empty(), Optional.of(student))),
                false,
                optimizer,
                new MaskPlan(0.02, 0.02, 0.1, 8, 1));
        int floats = plan.partitionSize() * student.embedding();
        return new TimedCluster.Workload(
                plan,
                Layout.of(student, VOCABULARY, false, false),
                floats,
                (long) FEATURE_SETS * floats * floatBytes,
                (long) FEATURE_SETS * plan.partitionSize() * Float.BYTES,
                floatBytes);
    }

    /** Operations a second of the device, counted as the pairs are: every product, texts of full length. */
    double deviceRate() {
        double forward = OPERATIONS * (double) Counts.of(vitB32(1)).macs();
        return constants.getDouble("gpu-pairs-per-second") * TRAINING_FORWARDS * forward;
    }

    TimedCluster.Speeds speeds() {
        RunPlan plan = workload(Float.BYTES).plan();
        double rate = deviceRate();
        double pairs = plan.partitionSize();
        double teacher = OPERATIONS * (double) Counts.of(vitB32(1)).macs();
        double student = OPERATIONS * (double) Counts.of(vitB32(STUDENT_SHARE)).macs();
        double product = OPERATIONS * pairs * plan.globalBatch() * vitB32(1).embedding();
        return new TimedCluster.Speeds(
                pairs * teacher / rate,
                pairs * student / rate,
                LOGIT_PRODUCTS * product / rate,
                (pairs * (TRAINING_FORWARDS - 1) * student + LOSS_PRODUCTS * product) / rate,
                Float.BYTES / constants.getDouble("install-bytes-per-second"),
                ADD_BYTES / constants.getDouble("add-bytes-per-second"),
                NORM_BYTES / constants.getDouble("add-bytes-per-second"),
                ADAMW_BYTES / constants.getDouble("adamw-bytes-per-second"));
    }

    private TimedNetwork.Costs costs(double cardGbit) {
        double card = cardGbit * BITS_OF_GIGABIT / Byte.SIZE;
        return new TimedNetwork.Costs(
                Math.min(card, constants.getDouble("plane-bytes-per-second")),
                constants.getDouble("latency-seconds"),
                constants.getDouble("message-seconds"),
                constants.getDouble("message-byte-seconds"),
                constants.getDouble("fetch-seconds"));
    }

    private static long most(List<Machine> machines, int fetched, int served) {
        return machines.stream()
                .mapToLong(machine -> fetched * machine.fetchedBytes() + served * machine.servedBytes())
                .max()
                .orElse(0);
    }

    private static List<Load> loads(TimedCluster cluster) {
        List<Load> loads = new ArrayList<>();
        for (Resource resource : Resource.values()) {
            loads.add(load("worker", cluster.workerMachines(), resource));
            loads.add(load("server", cluster.serverMachines(), resource));
            loads.add(load("coordinator", List.of(cluster.coordinator()), resource));
        }
        loads.sort(Comparator.comparingDouble(Load::seconds).reversed());
        return loads;
    }

    private static Load load(String role, List<Machine> machines, Resource resource) {
        return new Load(role + "'s " + words(resource), TimedCluster.busiest(machines, resource));
    }

    private static String words(Resource resource) {
        return switch (resource) {
            case DEVICE -> "GPU";
            case ARITHMETIC -> "arithmetic";
            case ACTOR -> "messages";
            case PLANE -> "fetches";
            case OUT -> "network card, out";
            case IN -> "network card, in";
        };
    }
}
