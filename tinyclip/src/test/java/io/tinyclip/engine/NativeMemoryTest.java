package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NativeMemoryTest {
    private static final int ALLOCATIONS = 4;
    private static final long BYTES = 48L << 20;
    private static final long PAGE_BYTES = 4096;

    @Test
    void glibcTakesTheThresholdsAsOftenAsAskedAndNothingElseDoes() {
        assertEquals(onGlibc(), NativeMemory.keepLargeBuffers());
        assertEquals(onGlibc(), NativeMemory.keepLargeBuffers());
    }

    @Test
    void freedBuffersStayWithTheProcess() throws Exception {
        assumeTrue(onGlibc());
        NativeMemory.keepLargeBuffers();
        touchAndFree();
        long faultsBefore = minorFaults();
        for (int i = 0; i < ALLOCATIONS; i++) {
            touchAndFree();
        }
        long pages = ALLOCATIONS * BYTES / PAGE_BYTES;
        assertTrue(minorFaults() - faultsBefore < pages / 2, "the same pages were mapped again");
    }

    private static void touchAndFree() {
        NativeLibrary libc = NativeLibrary.getProcess();
        Pointer buffer = libc.getFunction("malloc").invokePointer(new Object[] {BYTES});
        buffer.setMemory(0, BYTES, (byte) 1);
        libc.getFunction("free").invokeVoid(new Object[] {buffer});
    }

    /** Page faults of this thread that needed no disk: the tenth field of proc(5) stat, the eighth after the name. */
    private static long minorFaults() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        return Long.parseLong(fields.get(7));
    }

    private static boolean onGlibc() {
        return Platform.isLinux()
                && NativeLibrary.getProcess().getGlobalVariableAddress("gnu_get_libc_version") != null;
    }
}
