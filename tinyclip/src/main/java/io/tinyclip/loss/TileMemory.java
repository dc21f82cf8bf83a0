package io.tinyclip.loss;

import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/**
 * What tiles may be kept between the calls that need them; what is not is computed again, to the same bits.
 *
 * @param take whether so many bytes more may be kept
 * @param giveBack bytes that were taken
 */
public record TileMemory(LongPredicate take, LongConsumer giveBack) {
    /** Keeps whatever is needed again. */
    public static final TileMemory ALL = new TileMemory(bytes -> true, bytes -> {});

    /** Keeps nothing. */
    public static final TileMemory NONE = new TileMemory(bytes -> false, bytes -> {});
}
