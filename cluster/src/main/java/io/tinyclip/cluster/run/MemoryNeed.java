package io.tinyclip.cluster.run;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.kernel.Hold;
import io.tinyclip.model.Layout;

/**
 * Estimates the memory of an embedded run before it starts: what grows with the model, the batch and the threads, rounded
 * up. It is there to refuse what cannot work, not to predict what will be used.
 */
final class MemoryNeed {
    /** Weights and two moments, each also as the shadow that the next version is written to. */
    private static final int SERVER_VECTORS = 6;
    /** Start, teacher, its full form, and the copies that a stage's end makes. */
    private static final int SETUP_VECTORS = 6;
    /** Images and texts of student and teacher. */
    private static final int FEATURE_SETS = 4;
    /** Besides every worker's own, the features of all as they were published. */
    private static final int PUBLISHED = 1;
    /** A partition's rows and columns of the logits, of student and teacher, and their gradients. */
    private static final int LOGIT_BLOCKS = 8;
    /** libtorch itself, the JVM's own needs and what the allocators keep. */
    private static final long FIXED = 800L << 20;
    /** CUDA's context, its libraries' workspaces and what the allocator keeps. */
    private static final long GPU_FIXED = 1L << 30;

    private MemoryNeed() {}

    /** What a run needs that begins so; a teacher that a student is chosen from by hand is never trained. */
    static Memory of(Start start, Settings settings) {
        Layout whole = start.layout();
        Layout trained = start.plan()
                .stages()
                .get(0)
                .student()
                .map(student -> Layout.of(student, whole.tokenRows(), false, false))
                .orElse(whole);
        return of(whole, trained, settings);
    }

    /**
     * @param whole of the vector at the start, and of the teacher
     * @param layout of the largest student that is trained
     */
    static Memory of(Layout whole, Layout layout, Settings settings) {
        Settings.Free free = settings.free();
        int threads = Math.min(free.threads(), settings.partitions());
        long vector = (long) Float.BYTES * layout.size();
        int treeDepth = Integer.numberOfTrailingZeros(settings.partitions());
        long features = (long) Float.BYTES
                * FEATURE_SETS
                * settings.batch()
                * layout.shape().embedding();
        long table = (long) Float.BYTES
                * layout.shape().text().vocabulary()
                * layout.shape().text().width();
        long gradients = threads + (long) treeDepth * free.workers();
        long teacher = (long) Float.BYTES * whole.size();
        long heap = vector * (SERVER_VECTORS + gradients)
                + SETUP_VECTORS * teacher
                + SETUP_VECTORS * table
                + (free.workers() + PUBLISHED) * features
                + teacherCache(layout, settings);
        int pairs = settings.batch() / settings.partitions();
        long logits = (long) Float.BYTES * LOGIT_BLOCKS * pairs * settings.batch();
        int graphs = free.hold() == Hold.ON ? settings.partitions() : threads;
        long kernels = graphs * Hold.bytes(layout, pairs) + threads * (logits + vector);
        long perWorker = free.workers() * (vector + features);
        if (free.device().isGpu()) {
            // Every worker has the teacher there; on the host lie what is copied there and each gradient that comes
            // back.
            long staged = teacher + free.workers() * vector + threads * vector;
            return new Memory(heap, heap + staged + FIXED, kernels + perWorker + free.workers() * teacher + GPU_FIXED);
        }
        return new Memory(heap, heap + kernels + perWorker + teacher + FIXED, 0);
    }

    /** What the teacher's embeddings can come to: those of every step of the longest stage, within the setting. */
    private static long teacherCache(Layout layout, Settings settings) {
        long steps =
                settings.stages().stream().mapToLong(StageGoal::steps).max().orElse(0);
        long step = 2L * Float.BYTES * settings.batch() * layout.shape().embedding();
        return Math.min(settings.free().teacherCacheBytes(), steps * step);
    }
}
