package io.tinyclip.cluster.input;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.data.Dataset;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TokenRows;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.taught.TaughtInput;
import java.util.List;

/**
 * What the tensor work of a run depends on.
 *
 * @param start where the run begins
 * @param data training pairs
 * @param settings precision, logit scale, and how memory may be used
 * @param stored what the teachers say, one store a teacher, where that is an input; else none
 */
public record ComputeInput(Start start, Dataset data, Settings settings, List<TaughtInput> stored) {
    public ComputeInput {
        stored = List.copyOf(stored);
    }

    /** What the run will do; decides the bits, with what follows. */
    public RunPlan plan() {
        return start.plan();
    }

    /** The student at the start. */
    public ModelShape shape() {
        return start.shape();
    }

    /** The models to mimic, the one to compress first; empty for pretrain. */
    public List<Model> teachers() {
        return start.teachers();
    }

    /** Rows of the token table that are in the vector. */
    public TokenRows rows() {
        return start.rows();
    }

    /** How pictures become a tower's input. */
    public Preprocessing preprocessing() {
        return start.preprocessing();
    }
}
