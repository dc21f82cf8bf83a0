package io.tinyclip.cluster.forecast;

/**
 * What a step takes by its size: a part for each step, such as the optimizer's, one for each partition, such as a gradient's way
 * into the sum, and one for each pair.
 */
record StepCost(Cost step, Cost partition, Cost pair) {
    /** A measured step of so many partitions with so many pairs each. */
    record Point(int partitions, int pairs, Cost cost) {
        double all() {
            return (double) partitions * pairs;
        }
    }

    /**
     * From three steps.
     *
     * @param few partitions of few pairs
     * @param twice as many partitions of as few
     * @param many as many partitions as in the first, of more pairs if the run has more
     */
    static StepCost of(Point few, Point twice, Point many) {
        double pairs = many.all() - few.all();
        Cost pair = pairs == 0 ? Cost.NONE : many.cost.minus(few.cost).times(1 / pairs);
        Cost more = twice.cost.minus(few.cost).times(1.0 / (twice.partitions - few.partitions));
        Cost partition = more.minus(pair.times(few.pairs));
        Cost step = few.cost.minus(pair.times(few.all())).minus(partition.times(few.partitions));
        return new StepCost(step, partition, pair);
    }

    /**
     * Of a student of which one step was measured. What goes by steps and by partitions goes by the vector; the rest is its pairs'.
     *
     * @param vectors its floats, over those of the student that this is of
     */
    StepCost like(double vectors, Point measured) {
        Cost own = step.times(vectors);
        Cost each = partition.times(vectors);
        Cost rest = measured.cost.minus(own).minus(each.times(measured.partitions));
        return new StepCost(own, each, rest.times(1 / measured.all()));
    }

    /**
     * Of a step of so many partitions with so many pairs each.
     *
     * @param waves by which threads wait less, or more, than they did in the steps that were measured
     */
    Cost of(int partitions, int pairs, double waves) {
        Cost computed = partition.times(partitions).plus(pair.times((double) partitions * pairs));
        return step.plus(new Cost(computed.seconds() * waves, computed.processor()));
    }
}
