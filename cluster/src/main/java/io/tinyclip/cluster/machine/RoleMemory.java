package io.tinyclip.cluster.machine;

import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.TeacherStoreSettings.Use;
import io.tinyclip.compute.Hold;
import io.tinyclip.model.Layout;

/**
 * Bytes that a process of one role needs in a cluster, by the same sizes as {@link MemoryNeed}, rounded up.
 *
 * @param role coordinator, server or worker
 * @param heap of Java
 * @param outside of the heap: vectors, kernels, libtorch
 * @param device of a GPU; 0 on the processor
 */
public record RoleMemory(String role, long heap, long outside, long device) {
    /** Actors, the plane's own buffers, settings, logs; a process that only coordinates needs it, too. */
    private static final long BASE_HEAP = 192L << 20;
    /** The JVM's code, threads and what the network holds. */
    private static final long BASE_OUTSIDE = 256L << 20;
    /** The heap is given so much more than what is in it, so that collecting costs little. */
    private static final double SLACK = 1.5;

    private static final long STEP = 256L << 20;
    private static final long MIB = 1L << 20;
    /** Sums that a server adds and what it folds into the copy that it keeps: the slices of some steps. */
    private static final int SLICES = 4;

    /** What is to be given to the process as {@code -Xmx}, in MiB. */
    public long xmxMib() {
        return (long) Math.ceil(SLACK * heap / STEP) * (STEP / MIB);
    }

    /** The machine's memory, or the container's, that the process fits in. */
    public long whole() {
        return xmxMib() * MIB + outside;
    }

    /**
     * Who leads. At a stage's end it puts the whole student together.
     *
     * @param teacher whole, with its token table
     * @param layout of the largest student that is trained
     */
    public static RoleMemory coordinator(Layout teacher, Layout layout, long dataHeap) {
        long table = table(layout);
        long vectors = bytes(teacher) + (long) MemoryNeed.WRITTEN_VECTORS * bytes(layout) + table;
        return new RoleMemory(
                "coordinator", BASE_HEAP + MemoryNeed.TABLES * table + dataHeap, vectors + BASE_OUTSIDE, 0);
    }

    /**
     * Who holds one of so many equal ranges, and the copy of another one's where there are two.
     *
     * @param layout of the largest vector, the one at the start included
     * @param gathered bytes that it gathers for a new one beside its ranges, see {@link TableGather}
     */
    public static RoleMemory server(Layout layout, int servers, long gathered) {
        long range = bytes(layout) / servers;
        long held = servers > 1 ? 2 : 1;
        long vectors = held * (MemoryNeed.SERVER_VECTORS + MemoryNeed.ROUNDED_VECTORS + SLICES) * range;
        long outside = vectors + MemoryNeed.WRITTEN_VECTORS * range + gathered + BASE_OUTSIDE;
        return new RoleMemory("server", BASE_HEAP, outside, 0);
    }

    /**
     * Who computes.
     *
     * @param layout of the largest student that is trained
     * @param workers machines with one worker each
     * @param dataHeap bytes of the heap that the opened pairs hold
     */
    public static RoleMemory worker(Layout layout, Teaching teaching, Settings settings, int workers, long dataHeap) {
        FreeSettings.Machine machine = settings.free().machine();
        int partitions = settings.step().partitions();
        int own = Math.max(1, (partitions + workers - 1) / workers);
        int threads = Math.min(machine.threads(), own);
        int pairs = settings.step().batch() / partitions;
        long vector = bytes(layout);
        long graphs =
                MemoryNeed.graphs(machine, own, threads) * Hold.bytes(layout, pairs, MemoryNeed.precision(settings));
        long logits = (long) threads
                * Float.BYTES
                * MemoryNeed.LOGIT_BLOCKS
                * pairs
                * settings.step().batch();
        long sums = vector * (threads + Math.max(1, 32 - Integer.numberOfLeadingZeros(own)));
        long side = layout.shape().image().imageSize();
        long ahead = MemoryNeed.COLOURS
                * side
                * side
                * own
                * pairs
                * machine.loading().steps();
        long cache = settings.data().store().use() == Use.NONE
                ? Math.min(machine.teacherCacheBytes(), teaching.cached / workers)
                : 0;
        long heap = BASE_HEAP + 2 * teaching.features + cache + ahead + dataHeap;
        long tensors = graphs + logits + (long) threads * vector + 2 * vector + teaching.features + teaching.weights;
        if (machine.devices().areGpus()) {
            long held = MemoryNeed.pictures(layout, (long) own * pairs, Float.BYTES)
                    + threads * Hold.forwardBytes(layout.shape(), pairs, MemoryNeed.precision(settings));
            long staged = threads * MemoryNeed.pictures(layout, pairs, Byte.BYTES);
            return new RoleMemory(
                    "worker",
                    heap,
                    sums + 2 * vector + staged + teaching.weights + MemoryNeed.FIXED,
                    tensors + held + MemoryNeed.GPU_FIXED);
        }
        return new RoleMemory("worker", heap, sums + tensors + teaching.weights + MemoryNeed.FIXED, 0);
    }

    /**
     * What teachers bring.
     *
     * @param weights bytes of all that are asked
     * @param features bytes of a batch's features, the student's included
     * @param cached bytes of their embeddings that recur in a stage
     */
    public record Teaching(long weights, long features, long cached) {}

    private static long bytes(Layout layout) {
        return (long) Float.BYTES * layout.size();
    }

    private static long table(Layout layout) {
        return (long) Float.BYTES
                * layout.shape().text().vocabulary()
                * layout.shape().text().width();
    }
}
