package io.tinyclip.data;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;

/**
 * Which pair sits where in the global batch of a step, as a pure function of the seed.
 *
 * <p>A pass visits the pairs in a random order without repetition; pass k uses order and view {@code k mod views}, so
 * everything recurs after {@link #period} steps. The {@code size mod batch} pairs at the end of an order are left out of
 * that pass; another view leaves out others. Any pair may follow any other ({@link Permutation}), or pairs of a shard come in
 * runs ({@link ShardOrder}), as the dataset wants it. Either way a place is found without going through those before it.
 */
public final class Sampler {
    private static final long ORDER = 0x6f72646572L;
    private static final long VIEW = 0x76696577L;

    private final int size;
    private final long seed;
    private final int batch;
    private final int views;
    private final Order order;

    private interface Order {
        int at(long key, int place);
    }

    /**
     * An order of {@code size} pairs.
     *
     * @param size pairs in the dataset, at least 1
     * @param seed of the run
     * @param batch N, pairs in a step, at most {@code size}
     * @param views distinct random views of each pair, at least 1
     * @throws InvalidInputException if a pass would not fill one step
     */
    public Sampler(int size, long seed, int batch, int views) {
        this(size, seed, batch, views, new int[0]);
    }

    /** The order in which the dataset wants to be read; otherwise as {@link #Sampler(int, long, int, int)}. */
    public Sampler(Dataset data, long seed, int batch, int views) {
        this(data.size(), seed, batch, views, data.shards());
    }

    private Sampler(int size, long seed, int batch, int views, int[] shards) {
        if (size < 1 || batch < 1 || views < 1) {
            throw new IllegalArgumentException(
                    "size [" + size + "], batch [" + batch + "] and views [" + views + "] must be at least 1");
        }
        if (batch > size) {
            throw new InvalidInputException("global batch [" + batch + "] is larger than the training data [" + size
                    + " pairs]; lower the batch to at most " + size + " or add data");
        }
        this.size = size;
        this.seed = seed;
        this.batch = batch;
        this.views = views;
        this.order = shards.length == 0 ? new Permutation(size)::at : new ShardOrder(shards, batch)::at;
    }

    /** Steps that one pass over the data fills. */
    public int stepsPerPass() {
        return size / batch;
    }

    /** Steps after which indices and view keys recur. */
    public long period() {
        return (long) stepsPerPass() * views;
    }

    /**
     * The pair at a position of a step's global batch.
     *
     * @param step steps of the stage before this one, from 0
     * @param position 0 to batch - 1
     */
    public int index(long step, int position) {
        if (step < 0 || position < 0 || position >= batch) {
            throw new IllegalArgumentException(
                    "step [" + step + "] and position [" + position + "] lie outside a batch of " + batch);
        }
        // Below the size, which is an int.
        int place = (int) (step % stepsPerPass() * batch + position);
        return order.at(Counter.key(seed, ORDER, view(step)), place);
    }

    /** The key of the random view that the pair at this position shows; equal for equal (seed, view, pair). */
    public long viewKey(long step, int position) {
        return Counter.key(seed, VIEW, view(step), index(step, position));
    }

    private long view(long step) {
        return step / stepsPerPass() % views;
    }
}
