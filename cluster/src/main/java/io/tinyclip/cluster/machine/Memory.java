package io.tinyclip.cluster.machine;

import com.sun.management.OperatingSystemMXBean;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.MemoryUse;
import io.tinyclip.model.InvalidInputException;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Bytes of memory, of a machine or needed by a run.
 *
 * @param heap of the Java heap
 * @param physical of the whole machine or container, heap included
 * @param device of the GPU; 0 where there is none
 */
public record Memory(long heap, long physical, long device) {
    private static final double GIB = 1L << 30;

    /** What this process may use; a container's limit counts as its machine. */
    public static Memory ofThisMachine(ComputeDevice device) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Memory(Runtime.getRuntime().maxMemory(), system.getTotalMemorySize(), MemoryUse.deviceLimit(device));
    }

    /** This and so many bytes more of the heap. */
    Memory withHeap(long bytes) {
        return new Memory(heap + bytes, physical + bytes, device);
    }

    /** This and so many bytes more outside of the heap. */
    Memory withOutside(long bytes) {
        return new Memory(heap, physical + bytes, device);
    }

    /**
     * Refuses a run that needs more than this.
     *
     * @throws InvalidInputException with both numbers and the remedy
     */
    public void require(Memory need) {
        if (need.physical > physical) {
            throw new InvalidInputException(
                    "this run needs about " + gib(need.physical) + " of memory, the machine has "
                            + gib(physical)
                            + "; lower tinyclip.threads or tinyclip.batch, raise tinyclip.partitions so that each is "
                            + "smaller, or use a larger machine");
        }
        if (need.device > device) {
            throw new InvalidInputException("this run needs about " + gib(need.device) + " of the GPU's memory, it has "
                    + gib(device) + "; set tinyclip.hold = auto, raise tinyclip.partitions so that each is smaller, or "
                    + "use a larger GPU");
        }
        if (need.heap > heap) {
            throw new InvalidInputException(
                    "this run needs about " + gib(need.heap) + " of Java heap, this JVM may use " + gib(heap)
                            + "; start it with java -Xmx" + (long) Math.ceil(need.heap / GIB) + "g");
        }
    }

    /**
     * Refuses work beside a run that needs more memory than this machine or container has.
     *
     * @param work its name, in a message
     * @param bytes of what it computes with, beside what the engine takes for itself
     * @throws InvalidInputException with both numbers and the remedy
     */
    public void require(String work, long bytes, String remedy) {
        long need = bytes + MemoryNeed.FIXED;
        if (need > physical) {
            throw new InvalidInputException(work + " needs about " + gib(need) + " of memory, the machine has "
                    + gib(physical) + "; " + remedy);
        }
    }

    private static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }
}
