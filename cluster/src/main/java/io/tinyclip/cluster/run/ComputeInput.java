package io.tinyclip.cluster.run;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.data.Dataset;
import io.tinyclip.files.Model;
import io.tinyclip.model.TokenRows;
import io.tinyclip.plan.RunPlan;
import java.util.Optional;

/**
 * What the tensor work of a run depends on.
 *
 * @param plan decides the bits, with what follows
 * @param teacher to mimic; empty for pretrain
 * @param data training pairs
 * @param rows of the token table that are in the vector
 * @param settings precision, logit scale, and how memory may be used
 */
public record ComputeInput(
        RunPlan plan, Optional<Model> teacher, Dataset data, TokenRows rows, Settings settings) {}
