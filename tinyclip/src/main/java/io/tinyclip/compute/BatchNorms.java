package io.tinyclip.compute;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.plan.RunPlan;

/** What a residual network's batch norms ask of a run. */
public final class BatchNorms {
    private BatchNorms() {}

    /** @throws InvalidInputException if a batch norm would see one value, which has no variance */
    public static void requireVariance(ModelShape shape, RunPlan plan) {
        if (shape.image() instanceof ResNet tower && plan.partitionSize() * tower.grid() * tower.grid() < 2) {
            throw new InvalidInputException("partitions of [" + plan.partitionSize() + "] pair and pictures of ["
                    + tower.imageSize() + "] pixels leave a batch norm one value a channel; it needs at least 2: "
                    + "lower tinyclip.partitions or raise tinyclip.batch");
        }
    }
}
