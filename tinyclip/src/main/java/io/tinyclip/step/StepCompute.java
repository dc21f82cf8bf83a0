package io.tinyclip.step;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import java.util.List;

/**
 * The tensor work of one worker. What it returns depends on the run's plan, the cursor, the partition, the installed
 * vector and the features passed in, and on nothing else: not on the calls before, nor on who else computes.
 *
 * <p>{@link #features}, {@link #logSumExps} and {@link #gradient} may run on as many threads as the worker has, for
 * different partitions; {@link #install} may not overlap them.
 */
public interface StepCompute extends AutoCloseable {
    /**
     * Makes {@code vector} the student that the next calls use, and frees what was held for the step before.
     *
     * @param cursor the step that it is for; decides stage and phase
     * @param layout of the vector; the same object or an equal one through a phase
     * @param vector (P,) of the phase's layout; read until the next call, and not written to unless what is computed until then
     *     is worthless
     */
    void install(Cursor cursor, Layout layout, FloatVector vector);

    /**
     * Does what {@link #features} needs and the student does not change: loads the samples, embeds them with the teacher.
     * A call spares time and never changes what later calls return. It may overlap every other method but {@link #close},
     * {@link #install} too; the next {@link #install} for another step of the data frees what was not used.
     *
     * @param cursor the step that it is for, which need not be installed yet
     */
    default void prepare(Cursor cursor, int partition) {}

    /** Forward of student and teacher over the samples of a partition; places of bad samples stay empty. */
    PartitionFeatures features(Cursor cursor, int partition);

    /**
     * Log-sum-exps of the partition's own rows and columns of the logits.
     *
     * @param all features of the V partitions, in order
     * @return ({@link io.tinyclip.plan.LossPlan#logSumExps} B), B the pairs that the partition has: student rows, student columns, teacher rows, teacher columns,
     *     as far as the loss asks for them
     */
    float[] logSumExps(Cursor cursor, int partition, List<PartitionFeatures> all);

    /**
     * Exact gradient of the global loss that flows through the partition's samples. Where features were rounded after
     * {@link #features} had computed them, it is that of the loss of the rounded ones, passed on as if they were not.
     *
     * @param all features of the V partitions, in order
     * @param logSumExps what {@link #logSumExps} gave for each of the V partitions, in order
     * @return a gradient that is the caller's own, who frees it
     */
    Contribution gradient(Cursor cursor, int partition, List<PartitionFeatures> all, List<float[]> logSumExps);

    /**
     * What the shards were found to hold that the partition's gradient depends on, where the content hash of the training pairs
     * does not cover that; told once the gradient is computed.
     */
    default List<ShardPin> pins(Cursor cursor, int partition) {
        return List.of();
    }

    @Override
    void close();
}
