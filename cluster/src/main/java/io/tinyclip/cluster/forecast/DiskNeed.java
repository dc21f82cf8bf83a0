package io.tinyclip.cluster.forecast;

import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.TeacherStoreSettings.Use;
import io.tinyclip.model.Counts;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Phase;
import io.tinyclip.taught.TaughtKey;
import java.util.List;
import java.util.OptionalLong;

/**
 * Bytes on disks.
 *
 * @param checkpoint one of the largest
 * @param checkpoints as many of them as there are at a time: those kept, and the one that is written
 * @param models of every stage, and the best ones where they are asked for
 * @param records a line a step, and what else grows with them
 * @param teacherStore what the store of teacher embeddings comes to; empty where nobody knows how many pairs there are
 */
public record DiskNeed(long checkpoint, long checkpoints, long models, long records, OptionalLong teacherStore) {
    /** Of metrics.jsonl, as lines are written today; masks.jsonl has one of some kilobytes in some steps of an inherit phase. */
    private static final long LINE = 320;

    static DiskNeed of(Settings settings, List<PhaseWork> phases, Subject subject) {
        int servers = settings.free().servers();
        long checkpoint = phases.stream()
                .mapToLong(phase -> checkpoint(phase.layout(), servers))
                .max()
                .orElse(0);
        long models = 0;
        long steps = 0;
        long bests = settings.free().evaluation().best().isEmpty() ? 1 : 2;
        for (PhaseWork phase : phases) {
            steps += phase.steps();
            boolean ends = phase.phase() != Phase.INHERIT;
            models += ends ? bests * Float.BYTES * Counts.of(phase.shape()).total() : 0;
        }
        return new DiskNeed(
                checkpoint, (CheckpointStore.KEPT + 1) * checkpoint, models, steps * LINE, store(settings, subject));
    }

    /** Ranges end where blocks do, so that a short vector has fewer of them than there are servers. */
    private static long checkpoint(Layout layout, int servers) {
        return CheckpointStore.bytes(layout.size(), Math.min(servers, layout.blocks()));
    }

    private static OptionalLong store(Settings settings, Subject subject) {
        if (settings.data().store().use() == Use.NONE) {
            return OptionalLong.of(0);
        }
        long views = settings.data().store().views();
        long pair = subject.start().teachers().stream()
                .mapToLong(
                        teacher -> views * TaughtKey.entryBytes(teacher.shape().embedding()))
                .sum();
        return subject.pairs().isPresent()
                ? OptionalLong.of(pair * subject.pairs().getAsLong())
                : OptionalLong.empty();
    }
}
