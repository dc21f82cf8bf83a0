package io.tinyclip.files.tensors;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * Values of one type that follow one another in a file. They are mapped into memory piece by piece while they are copied
 * out, so their number does not matter to the heap.
 *
 * @param type one that can be read as floats
 * @param position of the first value's first byte
 */
public record StoredValues(FileChannel channel, DataType type, ByteOrder order, long position) {
    /** Bytes mapped at a time: a mapping cannot be larger than 2 GiB, and is freed only with its buffer. */
    private static final int MAPPED = 1 << 26;

    /** Below this many bytes a copy costs less than a mapping and its cleaning up. */
    private static final int COPIED = 1 << 18;

    /** Copies values that lie together. */
    public void read(long first, long count, FloatBuffer target) throws IOException {
        long end = position + (first + count) * type.bytes();
        for (long at = position + first * type.bytes(); at < end; at += MAPPED) {
            type.decode(bytes(channel, at, (int) Math.min(MAPPED, end - at)).order(order), target);
        }
    }

    /**
     * Copies every value of a regular grid, row-major.
     *
     * @param first the value at the grid's origin
     * @param shape without a zero
     * @param strides in values, none negative
     */
    public void read(long first, long[] shape, long[] strides, FloatBuffer target) throws IOException {
        long last = first;
        for (int axis = 0; axis < shape.length; axis++) {
            last += (shape[axis] - 1) * strides[axis];
        }
        Pieces pieces = new Pieces(last + 1);
        long[] index = new long[shape.length];
        long at = first;
        int axis;
        do {
            target.put(pieces.value(at));
            axis = shape.length - 1;
            while (axis >= 0 && index[axis] == shape[axis] - 1) {
                at -= index[axis] * strides[axis];
                index[axis--] = 0;
            }
            if (axis >= 0) {
                index[axis]++;
                at += strides[axis];
            }
        } while (axis >= 0);
    }

    /** The first {@code count} values in any order. */
    private final class Pieces {
        private final long end;
        private final ByteBuffer[] mapped;

        Pieces(long count) {
            end = count * type.bytes();
            mapped = new ByteBuffer[(int) ((end + MAPPED - 1) / MAPPED)];
        }

        float value(long at) throws IOException {
            long first = at * type.bytes();
            int piece = (int) (first / MAPPED);
            if (mapped[piece] == null) {
                long begin = (long) piece * MAPPED;
                mapped[piece] = bytes(channel, position + begin, (int) Math.min(MAPPED, end - begin))
                        .order(order);
            }
            return type.decode(mapped[piece], (int) (first % MAPPED));
        }
    }

    /** A part of a file to read: copied if it is small, else mapped. */
    public static ByteBuffer bytes(FileChannel channel, long position, int count) throws IOException {
        if (count >= COPIED) {
            return channel.map(MapMode.READ_ONLY, position, count);
        }
        ByteBuffer copy = ByteBuffer.allocate(count);
        while (copy.hasRemaining()) {
            if (channel.read(copy, position + copy.position()) < 0) {
                throw new EOFException("the file ended while it was read");
            }
        }
        return copy.flip();
    }
}
