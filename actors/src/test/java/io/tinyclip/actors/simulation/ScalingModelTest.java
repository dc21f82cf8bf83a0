package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ScalingModelTest {
    private static final double SECOND = 1e-9;
    private static final TimedCluster.Speeds SPEEDS = new TimedCluster.Speeds(2, 1, 1, 5, 0, 0, 0, 0);
    private static final TimedNetwork.Costs FREE = new TimedNetwork.Costs(Double.POSITIVE_INFINITY, 0, 0, 0, 0);

    private final TimedCluster.Workload workload =
            new TimedCluster.Workload(plan(), Samples.UNMASKED, 64, 1_000, 10, Float.BYTES);

    /** Three steps of eight partitions. */
    private static RunPlan plan() {
        RunPlan compress = Fixture.compress();
        StagePlan stage = new StagePlan(1, 0, 3, OptionalDouble.empty(), Optional.of(Fixture.SHAPE));
        return new RunPlan(1, 32, 8, 1, List.of(stage), false, compress.optimizer(), compress.mask());
    }

    @Test
    void oneWorkerComputesEveryPartitionAfterTheOther() {
        TimedCluster cluster = new TimedCluster(workload, SPEEDS, FREE, 1, 2);
        assertEquals(8 * (3 + 1 + 5), cluster.step(), SECOND);
    }

    @Test
    void workersShareThePartitions() {
        assertEquals(2 * (3 + 1 + 5), new TimedCluster(workload, SPEEDS, FREE, 4, 2).step(), SECOND);
        // With three workers one has three partitions.
        assertEquals(3 * (3 + 1 + 5), new TimedCluster(workload, SPEEDS, FREE, 3, 2).step(), SECOND);
    }

    @Test
    void bytesAreThoseOfTheFormula() {
        TimedCluster cluster = new TimedCluster(workload, SPEEDS, FREE, 4, 2);
        cluster.step();
        long vector = (long) Float.BYTES * Samples.UNMASKED.size();
        long others = 6 * (1_000 + 10);
        cluster.workerMachines().forEach(worker -> {
            assertEquals(vector + others, worker.fetchedBytes());
            assertEquals(vector + others, worker.servedBytes());
        });
        long slices = cluster.serverMachines().stream()
                .mapToLong(TimedNetwork.Machine::fetchedBytes)
                .sum();
        assertEquals(4 * vector, slices);
    }

    @Test
    void messagesAreThoseOfTheProtocol() {
        TimedCluster cluster = new TimedCluster(workload, SPEEDS, FREE, 4, 2);
        cluster.step();
        // Two partitions: features and log-sum-exps to three peers, both and done to the coordinator; a sum to both
        // servers; that the worker is there.
        cluster.workerMachines().forEach(worker -> assertEquals(2 * (2 * 3 + 2 + 1) + 2 + 1, worker.messages()));
        // Reduced, committed.
        cluster.serverMachines().forEach(server -> assertEquals(2, server.messages()));
        // A step to each worker; reduce and commit to each server.
        assertEquals(4 + 2 * 2, cluster.coordinator().messages());
    }

    @Test
    void transferIsAddedToComputing() {
        TimedCluster.Speeds withoutTeacher = new TimedCluster.Speeds(0, 3, 1, 5, 0, 0, 0, 0);
        // Weights in before, the sum out after.
        assertEquals(1.5 + 8 * (3 + 1 + 5) + 1.5, stepWithSlowCards(withoutTeacher), 0.01);
    }

    @Test
    void teacherEmbedsWhileVectorsTravel() {
        // It begins with the next step's first partition when the sum is sent, and with the second before the weights
        // are here.
        assertEquals(8 * (2 + 1 + 1 + 5), stepWithSlowCards(SPEEDS), 0.01);
    }

    /** One worker and one server whose vector travels for 1.5 s; messages are a trifle. */
    private double stepWithSlowCards(TimedCluster.Speeds speeds) {
        double bytesPerSecond = Float.BYTES * Samples.UNMASKED.size() / 1.5;
        TimedNetwork.Costs slow = new TimedNetwork.Costs(bytesPerSecond, 0, 0, 0, 0);
        return new TimedCluster(workload, speeds, slow, 1, 1).step();
    }

    @Test
    void deviceComputesFullModelsAsFastAsItIsSaidTo() {
        ScalingModel model = new ScalingModel(ConfigFactory.load("scaling"));
        double pairs = model.constants().getDouble("gpu-pairs-per-second");
        // ViT-B/32: 7.4 G products a pair, of 2 operations, three times.
        assertEquals(pairs * 7.4e9 * 6, model.deviceRate(), 0.01 * model.deviceRate());
    }

    @Test
    void limitIsNeverLongerThanTheStep() {
        ScalingModel model = new ScalingModel(ConfigFactory.load("scaling"));
        for (int workers : List.of(1, 4, 16)) {
            ScalingModel.Point point = model.point(model.scenarios().get(0), workers);
            assertTrue(point.limit().seconds() <= point.seconds() * (1 + SECOND), point.toString());
        }
    }
}
