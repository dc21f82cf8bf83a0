package io.tinyclip.model;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fixed number of floats outside the Java heap, so that a model's size matters neither to the heap nor to the JVM's
 * bound on direct buffers. Starts on a cache line and is zero at first: a part that is never written to takes no memory. Freed
 * once nothing refers to it, nor to a buffer over it, so that a late reader never reads what is gone.
 *
 * <p>Who makes a vector fills it; afterwards it is read only, by any number of threads.
 */
public final class FloatVector {
    /** Math libraries promise the same bits for the same alignment only. */
    private static final int CACHE_LINE = 64;

    /** What a Java buffer can address. */
    public static final int LARGEST = (Integer.MAX_VALUE - CACHE_LINE) / Float.BYTES;

    /** Bytes to be allocated before it is worth looking for dead vectors again. */
    private static final long LARGE = 1L << 28;

    /** Bytes of a vector after which the C library is asked to give back what it keeps. */
    private static final long TRIMMED = 1L << 26;

    private static final Cleaner CLEANER = Cleaner.create();
    private static final AtomicLong HELD = new AtomicLong();
    private static final AtomicLong SINCE_LOOKING = new AtomicLong();

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
        long length = (long) size * Float.BYTES + CACHE_LINE;
        if (SINCE_LOOKING.addAndGet(length) >= LARGE) {
            SINCE_LOOKING.set(0);
            System.gc(); // dead vectors are no burden to the heap, so that nothing else would free their memory
        }
        Pointer memory = calloc(length);
        if (memory == null) {
            throw new InvalidInputException("there is no memory for a model of [" + size + "] floats");
        }
        HELD.addAndGet(length);
        long from = -Pointer.nativeValue(memory) & CACHE_LINE - 1;
        ByteBuffer bytes = memory.getByteBuffer(from, (long) size * Float.BYTES);
        CLEANER.register(bytes, () -> free(memory, length));
        return new FloatVector(bytes);
    }

    /** The C library gives large memory as the system does: zero, and real only where it is touched. */
    private static Pointer calloc(long length) {
        Function calloc = NativeLibrary.getProcess().getFunction("calloc");
        return calloc.invokePointer(new Object[] {new NativeLong(length), new NativeLong(1)});
    }

    /** What is freed of a large one would else be kept for the engine's next buffer of that size, which never comes. */
    private static void free(Pointer memory, long length) {
        NativeLibrary libc = NativeLibrary.getProcess();
        libc.getFunction("free").invokeVoid(new Object[] {memory});
        HELD.addAndGet(-length);
        if (length >= TRIMMED) {
            try {
                libc.getFunction("malloc_trim").invokeInt(new Object[] {new NativeLong(0)});
            } catch (UnsatisfiedLinkError notGlibc) {
                // Others give large memory back by themselves.
                return;
            }
        }
    }

    /** Bytes of all vectors that are not freed yet. */
    public static long held() {
        return HELD.get();
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

    /** The first {@code count} floats of the same memory. */
    public FloatVector first(int count) {
        return count == size()
                ? this
                : new FloatVector(bytes.slice(0, count * Float.BYTES).order(ByteOrder.nativeOrder()));
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
