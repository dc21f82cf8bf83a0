package io.tinyclip.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the C library of this process keeps the buffers that the engine frees.
 *
 * <p>glibc hands a large buffer back to the system as soon as it is freed, so each step of a training pays for the same
 * pages again. The usual remedy is environment variables, which {@code java -jar} cannot set for itself; {@code mallopt}
 * does the same from inside.
 */
public final class NativeMemory {
    private static final Logger LOG = LoggerFactory.getLogger(NativeMemory.class);

    // The numbers of the parameters in glibc's malloc.h.
    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_THRESHOLD = -3;

    private static final int MIB = 1 << 20;
    private static final int KEEP_BYTES = 1024 * MIB;
    // As large as an arena's heap, which keeps an empty heap from being given back.
    private static final int GROW_BYTES = 64 * MIB;

    private NativeMemory() {}

    /**
     * Makes malloc keep freed buffers for the next allocation instead of unmapping them. Call it before the engine
     * starts; calling it again changes nothing. A thread of a JVM gets its memory from arenas of 64 MiB, so a larger
     * buffer is still mapped afresh each time.
     *
     * @return whether the C library took all three settings; false, and nothing changed, where it is not glibc
     */
    public static boolean keepLargeBuffers() {
        try {
            NativeLibrary libc = NativeLibrary.getProcess();
            // Only glibc has this symbol; musl's mallopt, where there is one, means other things.
            libc.getFunction("gnu_get_libc_version");
            Function mallopt = libc.getFunction("mallopt");
            return set(mallopt, M_MMAP_THRESHOLD, KEEP_BYTES)
                    && set(mallopt, M_TRIM_THRESHOLD, KEEP_BYTES)
                    && set(mallopt, M_TOP_PAD, GROW_BYTES);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError notGlibc) {
            LOG.debug("malloc keeps its own thresholds: {}", notGlibc.getMessage());
            return false;
        }
    }

    /**
     * Gives the system back what is kept and not in use: memory of vectors that nothing refers to, and, where the C library
     * is glibc, its spare buffers.
     */
    public static void trim() {
        System.gc(); // vectors lie outside the heap, which has no reason of its own to look for dead ones
        try {
            NativeLibrary.getProcess().getFunction("malloc_trim").invokeInt(new Object[] {new NativeLong(0)});
        } catch (UnsatisfiedLinkError | NoClassDefFoundError notGlibc) {
            LOG.debug("malloc keeps what it has: {}", notGlibc.getMessage());
        }
    }

    private static boolean set(Function mallopt, int parameter, int bytes) {
        boolean taken = mallopt.invokeInt(new Object[] {parameter, bytes}) == 1;
        LOG.debug("mallopt({}, {}) {}", parameter, bytes, taken ? "taken" : "refused");
        return taken;
    }
}
