package io.tinyclip.model;

import com.sun.jna.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A fixed number of floats outside the Java heap, so that a model's size matters neither to the heap nor to the JVM's
 * bound on direct buffers. Starts on a cache line and is zero at first; freed once nothing refers to it.
 *
 * <p>Who makes a vector fills it; afterwards it is read only, by any number of threads.
 */
public final class FloatVector {
    /** Math libraries promise the same bits for the same alignment only. */
    private static final int CACHE_LINE = 64;

    /** What a Java buffer can address. */
    public static final int LARGEST = (Integer.MAX_VALUE - CACHE_LINE) / Float.BYTES;

    /** Bytes of a vector before which it is worth looking for dead ones. */
    private static final long LARGE = 1L << 28;

    private final ByteBuffer bytes;

    private FloatVector(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * A vector of zeros.
     *
     * @throws InvalidInputException if more than {@link #LARGEST} floats are asked for, or there is no memory
     */
    public static FloatVector allocate(int size) {
        if (size > LARGEST) {
            throw new InvalidInputException(
                    "a model of [" + size + "] floats is too large; at most " + LARGEST + " can be held");
        }
        long length = Math.max(1L, (long) size * Float.BYTES);
        if (length >= LARGE) {
            System.gc(); // dead vectors are no burden to the heap, so that nothing else would free their memory
        }
        try {
            Memory memory = new Memory(length + CACHE_LINE);
            memory.clear();
            ByteBuffer aligned = memory.align(CACHE_LINE).getByteBuffer(0, (long) size * Float.BYTES);
            return new FloatVector(aligned.order(ByteOrder.nativeOrder()));
        } catch (OutOfMemoryError e) {
            throw new InvalidInputException("there is no memory for a model of [" + size + "] floats", e);
        }
    }

    /** A copy of the array. */
    public static FloatVector of(float[] values) {
        FloatVector vector = allocate(values.length);
        vector.floats().put(values);
        return vector;
    }

    /** Floats of the vector. */
    public int size() {
        return bytes.capacity() / Float.BYTES;
    }

    /** One float. */
    public float get(int index) {
        return bytes.getFloat(index * Float.BYTES);
    }

    /** Copies {@code count} floats from {@code from} on to {@code target} from {@code at} on. */
    public void copy(int from, float[] target, int at, int count) {
        floats().get(from, target, at, count);
    }

    /** The floats [{@code from}, {@code to}) on the heap. */
    public float[] range(int from, int to) {
        float[] values = new float[to - from];
        copy(from, values, 0, values.length);
        return values;
    }

    /** All floats on the heap. */
    public float[] toArray() {
        return range(0, size());
    }

    /** A buffer of its own position and limit over the same memory. */
    public FloatBuffer floats() {
        return bytes().asFloatBuffer();
    }

    /** A buffer of its own position and limit over the same memory, in the machine's byte order. */
    public ByteBuffer bytes() {
        return bytes.duplicate().order(ByteOrder.nativeOrder()).clear();
    }
}
