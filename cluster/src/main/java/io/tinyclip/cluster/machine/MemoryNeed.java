package io.tinyclip.cluster.machine;

import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.TeacherStoreSettings.Use;
import io.tinyclip.compute.Hold;
import io.tinyclip.data.Dataset;
import io.tinyclip.files.Model;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Counts;
import io.tinyclip.model.Layout;
import io.tinyclip.rounding.Rounding;
import java.util.List;
import java.util.stream.Stream;

/**
 * Estimates the memory of an embedded run before it starts: what grows with the model, the batch and the threads, rounded
 * up. It is there to refuse what cannot work, not to predict what will be used.
 */
public final class MemoryNeed {
    /** Weights, the next version's and two moments. */
    static final int SERVER_VECTORS = 4;
    /** The weights of two versions as workers get them. */
    static final int ROUNDED_VECTORS = 2;
    /** As it was read, and where the run begins with the run's token rows. */
    private static final int TEACHER_VECTORS = 2;
    /** As it was read, and with the run's token rows. */
    private static final int FURTHER_VECTORS = 2;
    /** Weights and both moments of a checkpoint's shard, and the vector at a stage's end. */
    static final int WRITTEN_VECTORS = 3;
    /** The token table as a stage's end gathers it. */
    static final int TABLES = 2;
    /** Images and texts. */
    private static final int FEATURE_SETS = 2;
    /** Besides every worker's own, the features of all as they were published. */
    private static final int PUBLISHED = 1;
    /** Bytes of a pixel. */
    static final int COLOURS = 3;
    /** A partition's rows and columns of the logits, of student and teacher, and their gradients. */
    static final int LOGIT_BLOCKS = 8;
    /** libtorch itself, the JVM's own needs and what the allocators keep. */
    static final long FIXED = 800L << 20;
    /** CUDA's context, its libraries' workspaces and what the allocator keeps. */
    static final long GPU_FIXED = 1L << 30;

    private MemoryNeed() {}

    /**
     * What a run needs that begins so; a teacher that a student is chosen from by hand is never trained.
     *
     * @param data training pairs, of which indexes are in the heap
     */
    public static Memory of(Start start, Dataset data, Settings settings) {
        Layout begun = start.layout();
        Layout whole = start.teacher()
                .map(teacher -> Layout.of(teacher.shape(), begun.tokenRows(), false, false))
                .orElse(begun);
        Layout trained = start.plan()
                .stages()
                .get(0)
                .student()
                .map(student -> Layout.of(student, begun.tokenRows(), false, false))
                .orElse(begun);
        List<Layout> further =
                start.teachers().stream().skip(1).map(Model::layout).toList();
        long gathered = settings.free().servers() * TableGather.bytes(start.plan(), begun);
        return of(whole, trained, further, settings).withHeap(data.heapBytes()).withOutside(gathered);
    }

    /**
     * @param whole of the vector at the start, and of the teacher
     * @param layout of the largest student that is trained
     * @param further of the teachers that are not compressed
     */
    static Memory of(Layout whole, Layout layout, List<Layout> further, Settings settings) {
        FreeSettings free = settings.free();
        int threads = Math.min(free.machine().threads(), settings.step().partitions());
        long vector = (long) Float.BYTES * layout.size();
        long ofTeachers = (long) Float.BYTES
                * FEATURE_SETS
                * settings.step().batch()
                * Stream.concat(Stream.of(whole), further.stream())
                        .mapToLong(model -> model.shape().embedding())
                        .sum();
        long features = ofTeachers
                + (long) Float.BYTES
                        * FEATURE_SETS
                        * settings.step().batch()
                        * layout.shape().embedding();
        long table = (long) Float.BYTES
                * layout.shape().text().vocabulary()
                * layout.shape().text().width();
        int own = Math.max(1, settings.step().partitions() / free.workers());
        // Gradients under way, each worker's sums that wait for others, and the servers' of the workers' sums.
        long gradients = vector * (threads + (long) free.workers() * Math.max(1, log2(own)) + 1 + log2(free.workers()));
        long teacher = (long) Float.BYTES * whole.size();
        long others = Float.BYTES * further.stream().mapToLong(Layout::size).sum();
        long heap = TABLES * table
                + (free.workers() + PUBLISHED) * features
                + teacherCache(ofTeachers, settings)
                + pictures(layout, settings);
        int pairs = settings.step().batch() / settings.step().partitions();
        long logits =
                (long) Float.BYTES * LOGIT_BLOCKS * pairs * settings.step().batch();
        int graphs = graphs(free.machine(), settings.step().partitions(), threads);
        long kernels = graphs * Hold.bytes(layout, pairs, precision(settings)) + threads * (logits + vector);
        long perWorker = free.workers() * (vector + features);
        int rounded = settings.step().wire().weights() == Rounding.FP32 ? 0 : ROUNDED_VECTORS;
        long trained = gradients + (SERVER_VECTORS + rounded + 1) * vector + WRITTEN_VECTORS * vector / free.servers();
        // A shard begins with the teacher, which the student is taken from.
        long judged = judged(whole, layout, free);
        long outside =
                Math.max(trained, teacher + vector) + TEACHER_VECTORS * teacher + FURTHER_VECTORS * others + judged;
        if (free.machine().device().isGpu()) {
            // Every worker has the teacher there, and adds its gradients up there; on the host lie what is copied there
            // and each sum that comes back.
            long staged = teacher
                    + others
                    + free.workers() * vector
                    + threads * (vector + pictures(layout, pairs, Byte.BYTES));
            long forward = Math.max(
                    Hold.forwardBytes(whole.shape(), pairs, precision(settings)),
                    Hold.forwardBytes(layout.shape(), pairs, precision(settings)));
            long held = pictures(layout, settings.step().batch(), Float.BYTES) + threads * forward;
            long summed = vector * free.workers() * (1 + log2(own));
            return new Memory(
                    heap,
                    heap + outside + staged + FIXED,
                    kernels + held + summed + perWorker + free.workers() * (teacher + others) + judged + GPU_FIXED);
        }
        return new Memory(heap, heap + outside + kernels + perWorker + FIXED, 0);
    }

    /** The student that is judged, with its whole token table, put together once; and each worker's copy of it, or of the teacher. */
    private static long judged(Layout whole, Layout trained, FreeSettings free) {
        if (!free.evaluation().asks()) {
            return 0;
        }
        long student = Counts.of(trained.shape()).total();
        long larger = Math.max(student, Counts.of(whole.shape()).total());
        return Float.BYTES * (student + free.workers() * larger);
    }

    /** On a GPU threads wait for room. */
    static int graphs(FreeSettings.Machine machine, int partitions, int threads) {
        if (machine.hold() == Hold.ON) {
            return partitions;
        }
        return machine.devices().areGpus() ? 1 : threads;
    }

    /** The one that takes the most, until it is decided. */
    static Precision precision(Settings settings) {
        return settings.step().precision().orElse(Precision.FP32);
    }

    private static int log2(int number) {
        return 31 - Integer.numberOfLeadingZeros(number);
    }

    /** Those that are decoded ahead. */
    private static long pictures(Layout layout, Settings settings) {
        return pictures(layout, settings.step().batch(), Byte.BYTES)
                * settings.free().machine().loading().steps();
    }

    /** @param bytes of a colour */
    static long pictures(Layout layout, long count, int bytes) {
        long side = layout.shape().image().imageSize();
        return COLOURS * side * side * count * bytes;
    }

    /** What the teachers' embeddings can come to: those of every step of the longest stage, within the setting; none where they are stored. */
    private static long teacherCache(long step, Settings settings) {
        if (settings.data().store().use() != Use.NONE) {
            return 0;
        }
        long steps = settings.compression().stages().stream()
                .mapToLong(StageGoal::steps)
                .max()
                .orElse(0);
        return Math.min(settings.free().machine().teacherCacheBytes(), steps * step);
    }
}
