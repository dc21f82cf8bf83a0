package io.tinyclip.data;

import io.tinyclip.random.Counter;

/**
 * A random order of the numbers below a size, any of which can be had without the others: a Feistel network over the
 * smallest even number of bits that holds the size; what falls outside is fed in again (cycle walking), so nothing is stored.
 */
final class Permutation {
    /** Luby and Rackoff prove four rounds for large halves; twice that, because the halves here may be of one bit. */
    private static final int ROUNDS = 8;

    private final int size;
    private final int halfBits;

    /** @param size at least 1 */
    Permutation(int size) {
        this.size = size;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
        this.halfBits = Math.max(1, (bits + 1) / 2);
    }

    /** The number at a place, both 0 to size - 1. */
    int at(long key, int place) {
        long value = place;
        do {
            value = permute(key, value);
        } while (value >= size);
        return (int) value;
    }

    private long permute(long key, long value) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long mixed = left ^ (Counter.bits(key, ((long) round << Integer.SIZE) | right) & mask);
            left = right;
            right = mixed;
        }
        return (left << halfBits) | right;
    }
}
