package io.tinyclip.actors.shard;

import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.RunPlan;
import java.util.concurrent.Executor;

/**
 * What a parameter server works with.
 *
 * @param teacher shape that sparsity is measured against
 * @param arithmetic where a shard's sums and updates are computed
 */
public record ShardTools(RunPlan plan, ModelShape teacher, DataPlane plane, Executor arithmetic) {}
