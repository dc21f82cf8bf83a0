package io.tinyclip.cluster.run;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.data.Dataset;
import io.tinyclip.files.Model;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TokenRows;
import io.tinyclip.plan.RunPlan;
import java.util.Optional;

/**
 * What the tensor work of a run depends on.
 *
 * @param plan decides the bits, with what follows
 * @param shape of the student at the start
 * @param teacher to mimic; empty for pretrain
 * @param rows of the token table that are in the vector
 * @param data training pairs
 * @param settings precision, logit scale, and how memory may be used
 */
public record ComputeInput(
        RunPlan plan, ModelShape shape, Optional<Model> teacher, TokenRows rows, Dataset data, Settings settings) {}
